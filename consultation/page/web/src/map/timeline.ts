/** The hours of a run: a slider with its days, back, play, on. */
import { fill, h } from "../dom";
import { language, t } from "../language";
import { dayOf, shownDay, shownHour, shownWeekday } from "../time";

export class Timeline {
  readonly element = h("div", { class: "timebar" });
  private readonly label = h("output", { class: "hourlabel" });
  private readonly slider: HTMLInputElement;

  constructor(private readonly times: string[], choose: (hour: number) => void, private readonly daily: boolean) {
    const stride = daily ? 24 : 1;
    this.slider = h("input", { type: "range", class: "timeline", min: 0, max: Math.max(times.length - 1, 0), step: 1, "aria-label": t("hourOfDay"),
      oninput: () => choose(Number(this.slider.value)) });
    const key = (name: string): void => { dispatchEvent(new KeyboardEvent("keydown", { key: name })); };
    fill(this.element,
      h("div", { class: "buttons" },
        h("button", { type: "button", "aria-label": t("earlier"), onclick: () => choose(Math.max(Number(this.slider.value) - stride, 0)) }, "‹"),
        h("button", { type: "button", class: "main", "aria-label": `${t("play")} / ${t("pause")}`, onclick: () => key(" ") }, h("span", { class: "playing" }, "❚❚"), h("span", { class: "paused" }, "▶")),
        h("button", { type: "button", "aria-label": t("later"), onclick: () => choose(Math.min(Number(this.slider.value) + stride, times.length - 1)) }, "›")),
      this.label, h("div", { class: "slide" }, this.slider, this.ticks()));
  }

  private ticks(): HTMLElement {
    const days = new Map<string, number>();
    this.times.forEach((time) => { const day = dayOf(Date.parse(time) - 1); days.set(day, (days.get(day) ?? 0) + 1); });
    return h("div", { class: "ticks", "aria-hidden": "true" }, [...days].map(([day, count]) =>
      h("span", { style: { "flex-grow": String(count) } }, count < 12 ? "" : shownDay(day))));
  }

  show(hour: number): void {
    const time = this.times[hour];
    this.slider.value = String(hour);
    if (!time) return;
    const day = dayOf(Date.parse(time) - 1);
    const text = this.daily ? `${shownDay(day)} ${shownWeekday(day)}` : `${shownHour(time)} ${shownWeekday(dayOf(time))}`;
    this.label.textContent = text;
    this.slider.setAttribute("aria-valuetext", text);
    this.label.lang = language() === "zh" ? "zh-CN" : "en";
  }
}

/** Sliders that cut emissions; what they change is asked for at once. */
import { Refused } from "../api/client";
import type { Cut, MeasureOptions, MeasuresAnswer, Named } from "../api/types";
import type { Context } from "../context";
import { chooser, fill, h } from "../dom";
import { named, t } from "../language";
import { percent } from "../numbers";
import { absent } from "../parts";
import { told } from "../telling";
import { answerOf } from "./answer";

const WAIT_MS = 120, EVERYWHERE = "*";

export class Measures {
  readonly element = h("div", { class: "measures" });
  private readonly shares = new Map<string, number>();
  private readonly sliders = h("div", { class: "sliders" });
  private readonly answer = h("div", { class: "answer", role: "region", "aria-label": t("decrease") });
  private region = EVERYWHERE;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private asking: AbortController | null = null;

  constructor(private readonly context: Context, private readonly options: MeasureOptions) {
    if (!options.available) {
      fill(this.element, h("h2", {}, t("measures")), absent(options.absent));
      return;
    }
    const regions = [{ value: EVERYWHERE, label: t("meanOfPlacesAll") }, ...options.regions.map((one) => ({ value: one.id, label: named(one) }))];
    fill(this.element, h("div", { class: "row" }, h("h2", {}, t("measures")), h("div", { class: "buttons" },
      chooser(t("region"), regions, this.region, (region) => { this.region = region; this.draw(); }),
      options.presets.map((preset) => h("button", { type: "button", title: preset.verified ? null : t("unverifiedPreset"), onclick: () => this.preset(preset) },
        `${t("presets")} ${named(preset)}${preset.verified ? "" : ` (${t("unverifiedPreset")})`}`)),
      h("button", { type: "button", onclick: () => { this.shares.clear(); this.draw(); this.ask(); } }, t("resetCuts")))),
      h("div", { class: "measuresgrid" }, this.sliders, this.answer));
    this.draw();
    this.ask();
  }

  private key(sector: string): string {
    return `${sector}@${this.region}`;
  }

  private draw(): void {
    const { sectors, sliders } = this.options;
    const there = sectors.filter((sector) => this.region === EVERYWHERE || sliders.some((one) => one.sector === sector.id && one.region === this.region));
    fill(this.sliders, there.map((sector) => this.slider(sector)));
  }

  private slider(sector: Named): HTMLElement {
    const share = this.shares.get(this.key(sector.id)) ?? 0, value = h("output", {}, percent(share));
    const input = h("input", { type: "range", min: 0, max: 100, step: 1, "aria-label": t("cutOf", { sector: named(sector), region: this.regionName() }), "data-sector": sector.id, oninput: () => {
      const now = Number(input.value) / 100;
      if (now) this.shares.set(this.key(sector.id), now);
      else this.shares.delete(this.key(sector.id));
      value.textContent = percent(now);
      this.ask();
    } });
    input.value = String(Math.round(100 * share));
    const others = [...this.shares].filter(([key]) => key.startsWith(`${sector.id}@`) && key !== this.key(sector.id));
    return h("label", { class: "slider" }, h("span", {}, named(sector)), value, input,
      others.length > 0 && h("small", { class: "quiet" }, others.map(([key, one]) => `${this.regionName(key.split("@")[1])} ${percent(one)}`).join("; ")));
  }

  private regionName(id = this.region): string {
    const found = this.options.regions.find((one) => one.id === id);
    return found ? named(found) : t("meanOfPlacesAll");
  }

  private preset(preset: MeasureOptions["presets"][number]): void {
    this.shares.clear();
    for (const sector of this.options.sectors) {
      const share = preset.shares[sector.id] ?? 0;
      if (share > 0) this.shares.set(`${sector.id}@${this.region}`, share);
    }
    this.draw();
    this.ask();
  }

  private ask(): void {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => void this.answered(), WAIT_MS);
  }

  private async answered(): Promise<void> {
    this.asking?.abort();
    const cuts: Cut[] = [...this.shares].map(([key, share]) => ({ sector: key.split("@")[0] ?? "", region: key.split("@")[1] ?? EVERYWHERE, share }));
    if (!cuts.length) return fill(this.answer, h("p", { class: "absent" }, t("noCuts")));
    const asking = this.asking = new AbortController();
    const began = performance.now();
    try {
      const held = await this.context.api.ask<MeasuresAnswer>("measures", { cuts, hours: false }, asking.signal);
      if (asking === this.asking) fill(this.answer, answerOf(this.context.vocabulary, held, (performance.now() - began) / 1000));
    } catch (fault) {
      if (fault instanceof DOMException && fault.name === "AbortError") return;
      if (!(fault instanceof Refused)) throw fault;
      fill(this.answer, h("p", { class: "wrong", role: "alert" }, told(fault)));
    }
  }
}

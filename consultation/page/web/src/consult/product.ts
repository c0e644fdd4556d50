/** The product as people leave it: range, level and primary pollutant by place and day, beside what the model says. */
import { levelName, levelOf, levelPaint } from "../colours";
import { Refused } from "../api/client";
import type { Context } from "../context";
import { fill, h } from "../dom";
import { named, t } from "../language";
import { pollutantLabels, pollutantOf, shown } from "../numbers";
import { nameOf } from "../parts";
import { shownDay, shownInstant } from "../time";
import { ask, reasonField } from "./dialogue";

interface Stated { low: number | null; high: number | null; level: number; primary: string[] }
interface Cell { place: string; day: string; model: Stated; human: Stated; changed: { who: string; when: string; why: string; sequence: number; model_moved: boolean } | null }
export interface Product { run: string; digest: string; cells: Cell[] }

const PRIMARY = ["pm25", "pm10", "so2", "no2", "co", "o3_8h"];

export class ProductTable {
  readonly element = h("section", { class: "card product" });

  constructor(private readonly context: Context, private readonly changed: () => void) {}

  async show(region: string, current: () => boolean): Promise<void> {
    const product = await this.context.session.read<Product>(`forecast/product/${this.context.api.run.id}`);
    if (!current()) return;
    const members = [region, ...(this.context.vocabulary.regions.find((one) => one.id === region)?.places ?? [])];
    const cells = product.cells.filter((cell) => members.includes(cell.place));
    const days = [...new Set(cells.map((cell) => cell.day))].sort(), places = members.filter((id) => cells.some((cell) => cell.place === id));
    fill(this.element, h("h2", {}, t("decide")), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("decide") }, h("table", { class: "grid" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("placeLabel")), days.map((day) => h("th", { scope: "col" }, shownDay(day))))),
      h("tbody", {}, places.map((place) => h("tr", {}, h("th", { scope: "row" }, named(nameOf(this.context.vocabulary, place))),
        days.map((day) => h("td", {}, this.cell(cells.find((one) => one.place === place && one.day === day))))))))));
  }

  private cell(cell: Cell | undefined): HTMLElement | string {
    if (!cell) return "—";
    const { vocabulary, session } = this.context, { human, model, changed } = cell, level = levelOf(vocabulary, human.level);
    const title = changed ? t("changedBy", { who: changed.who, when: shownInstant(changed.when), why: changed.why }) : null;
    return h("button", { type: "button", class: changed ? "cellbutton changed" : "cellbutton", disabled: !session.may("change"), title, "data-cell": `${cell.place} ${cell.day}`, onclick: () => this.edit(cell) },
      h("span", { class: "chip painted", style: levelPaint(level) }, `${shown(human.low)}–${shown(human.high)}`),
      h("small", {}, levelName(level), " ", pollutantLabels(vocabulary, human.primary)),
      changed && h("small", {}, t("modelSaid", { range: `${shown(model.low)}–${shown(model.high)}` }), changed.model_moved ? ` · ${t("modelMoved")}` : ""));
  }

  private edit(cell: Cell): void {
    const { vocabulary, session, api } = this.context, { human } = cell, run = api.run.id;
    const number = (name: string, value: number | null): HTMLInputElement => {
      const input = h("input", { type: "number", name, min: 0, max: 500, step: 1, required: true });
      input.value = value === null ? "" : String(value);
      return input;
    };
    const low = number("low", human.low), high = number("high", human.high), { label, input } = reasonField();
    const level = h("select", { name: "level" }, vocabulary.levels.map((one) => h("option", { value: one.number, selected: one.number === human.level }, `${one.chinese} ${levelName(one)}`)));
    const primary = [0, 1].map((at) => h("select", { name: `primary${at}` }, h("option", { value: "" }, t("none")),
      PRIMARY.map((id) => h("option", { value: id, selected: human.primary[at] === id }, pollutantOf(vocabulary, id).label))));
    const field = (name: string, control: HTMLElement): HTMLElement => h("label", {}, h("span", {}, name), control);
    const at = { run, place: cell.place, day: cell.day, over: cell.changed?.sequence ?? 0 };
    const act = async (path: string, body: object): Promise<void> => {
      try { await session.act(path, { ...at, ...body, reason: input.value }); } catch (fault) { if (fault instanceof Refused && fault.status === 409) this.changed(); throw fault; }
      this.changed();
    };
    const place = named(nameOf(vocabulary, cell.place)), day = shownDay(cell.day);
    ask(t("changeCell", { place, day }), [
      h("p", { class: "quiet" }, t("modelSaid", { range: `${shown(cell.model.low)}–${shown(cell.model.high)} ${levelName(levelOf(vocabulary, cell.model.level))} ${pollutantLabels(vocabulary, cell.model.primary)}` })),
      h("div", { class: "fields" }, field(`AQI ${t("low")}`, low), field(`AQI ${t("high")}`, high), field(t("levelWord"), level), field(t("primary"), primary[0] as HTMLElement)),
      field(`${t("primary")} 2`, primary[1] as HTMLElement), label,
    ], t("save"), async () => {
      await act("forecast/changes", { low: Number(low.value), high: Number(high.value), level: Number(level.value), primary: primary.map((one) => one.value).filter((id) => id !== "") });
    }, cell.changed && { act: t("withdraw"), send: () => act("forecast/withdrawals", {}) });
  }
}

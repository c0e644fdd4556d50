/** Sources: who makes what for whom, local against transported, and what a measure changes. */
import type { Matrix, MeasureOptions } from "../api/types";
import { Refused } from "../api/client";
import { groupColour, inkOn, styled } from "../colours";
import type { Context, View } from "../context";
import { chooser, fill, h, segments } from "../dom";
import { named, t } from "../language";
import { Measures } from "../measures/panel";
import { pollutantOf, shown } from "../numbers";
import { showReports } from "../reports";
import { absent } from "../parts";
import type { State } from "../state";
import { shownDay } from "../time";

export function sourcesView(context: Context): View {
  return new SourcesPage(context);
}

class SourcesPage implements View {
  readonly element = h("div", { class: "stack sourcesview" });
  private readonly controls = h("div", { class: "controls" });
  private readonly matrix = h("section", { class: "card" });
  private readonly measuresBox = h("section", { class: "card" });
  private readonly reports = h("section", { class: "card report" });
  private measures: Measures | null = null;
  private latest = 0;

  constructor(private readonly context: Context) {
    fill(this.element, h("h1", { class: "hidden" }, t("sources")), this.controls, this.measuresBox, this.matrix, this.reports);
  }

  async show(state: State): Promise<void> {
    const turn = ++this.latest, { values } = state;
    const pollutant = this.context.vocabulary.pollutants.some((one) => one.id === values.pollutant) && values.pollutant !== "o3" ? values.pollutant ?? "pm25" : "pm25";
    const by = ["sector", "region", "nearness", "source"].includes(values.by ?? "") ? values.by ?? "" : "sector";
    const held = await this.context.api.get<Matrix>("sources/matrix", { pollutant, by, day: values.day }).catch((fault: unknown) => {
      if (fault instanceof Refused && fault.status === 404) return fault;
      throw fault;
    });
    if (turn !== this.latest) return;
    this.choices(pollutant, by, held instanceof Refused ? [] : held.days, values.day ?? "", values.unit ?? "percent");
    fill(this.matrix, h("h2", {}, t("matrix")), held instanceof Refused ? absent(held.names) : matrixTable(this.context, held, values.unit !== "amount"));
    await showReports(this.reports, this.context, values.report);
    if (!this.measures) await this.openMeasures();
  }

  private async openMeasures(): Promise<void> {
    const options = await this.context.api.get<MeasureOptions>("measures");
    this.measures = new Measures(this.context, options);
    fill(this.measuresBox, this.measures.element);
  }

  private choices(pollutant: string, by: string, days: string[], day: string, unit: string): void {
    const go = (values: Record<string, string | null>): void => this.context.go({ values });
    const labels = ["pm25", "pm10", "so2", "no2"].map((id) => ({ value: id, label: pollutantOf(this.context.vocabulary, id).label }));
    fill(this.controls,
      segments(t("pollutant"), labels, pollutant, (value) => go({ pollutant: value })),
      segments(t("matrix"), [{ value: "sector", label: t("bySector") }, { value: "region", label: t("byRegion") }, { value: "nearness", label: t("byNearness") }, { value: "source", label: t("bySource") }], by, (value) => go({ by: value })),
      chooser(t("day"), [{ value: "", label: t("meanOfDays") }, ...days.map((one) => ({ value: one, label: shownDay(one) }))], day, (value) => go({ day: value || null })),
      segments(t("unitPercent"), [{ value: "percent", label: "%" }, { value: "amount", label: "µg/m³" }], unit, (value) => go({ unit: value })));
  }
}

function matrixTable(context: Context, held: Matrix, inPercent: boolean): HTMLElement {
  const columns = held.columns.map((column, index) => ({ column, index })).filter(({ index }) => held.rows.some((row) => Math.abs(row.percent[index] ?? 0) >= 0.5));
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("matrix") }, h("table", { class: "grid matrix" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("receptor")), h("th", { scope: "col", class: "number" }, t("published")), h("th", { scope: "col" }, t("contributions")),
      columns.map(({ column }) => h("th", { scope: "col", class: "number" }, named(column))))),
    h("tbody", {}, held.rows.map((row) => h("tr", { class: row.scope },
      h("th", { scope: "row" }, h("a", { href: `#/place?place=${row.id}`, onclick: (event) => { event.preventDefault(); context.go({ view: "place", values: { place: row.id } }); } }, named(row))),
      h("td", { class: "number" }, h("b", {}, shown(row.published))),
      h("td", {}, stackedBar(columns.map(({ column, index }) => ({ id: column.id, index, name: named(column), share: row.percent[index] ?? 0 })))),
      columns.map(({ index }) => heatCell(row.percent[index] ?? null, inPercent ? `${shown(row.percent[index])}%` : shown(row.values[index], 1))))))));
}

function stackedBar(parts: { id: string; index: number; name: string; share: number }[]): HTMLElement {
  return h("div", { class: "chances bar", role: "img", "aria-label": parts.map((one) => `${one.name} ${Math.round(one.share)}%`).join(", ") },
    parts.filter((one) => one.share > 0).map((one) => {
      const colour = groupColour(one.id, one.index);
      return h("span", { class: "painted", title: `${one.name} ${shown(one.share, 1)}%`, style: { "flex-grow": String(one.share), "--paint": colour, "--ink": inkOn(colour) } });
    }));
}

function heatCell(share: number | null, text: string): HTMLElement {
  const depth = Math.min(Math.max(share ?? 0, 0), 60) / 60;
  return h("td", { class: "number heat", style: { background: `color-mix(in srgb, ${styled("--accent")} ${Math.round(depth * 45)}%, transparent)` } }, text);
}

/** Verification: yesterday, the last days by lead beside persistence, what the store's runs said. */
import type { Verification } from "../api/types";
import { Chart } from "../charts/chart";
import { scoresOption, SCORES } from "../charts/scores";
import { levelChip, levelOf } from "../colours";
import type { Context, View } from "../context";
import { chooser, fill, h, segments } from "../dom";
import { named, t } from "../language";
import { pollutantOf, shown } from "../numbers";
import { absent, nameOf } from "../parts";
import type { State } from "../state";
import { shownDay } from "../time";

export function verificationView(context: Context): View {
  return new VerificationPage(context);
}

class VerificationPage implements View {
  readonly element = h("div", { class: "stack" });
  private readonly controls = h("div", { class: "controls" });
  private readonly charts = h("div", { class: "two" });
  private readonly rest = h("div", { class: "stack" });
  private drawn: Chart[] = [];
  private latest = 0;

  constructor(private readonly context: Context) {
    fill(this.element, h("h1", { class: "hidden" }, t("verification")), this.controls, this.rest, this.charts);
  }

  recolour(): void {
    this.drawn.forEach((chart) => chart.recolour());
  }

  destroy(): void {
    this.drawn.forEach((chart) => chart.destroy());
    this.drawn = [];
  }

  async show(state: State): Promise<void> {
    const turn = ++this.latest, { values } = state;
    const held = await this.context.api.get<Verification>("verification", { place: values.scored ?? "mean", pollutant: values.score_of ?? "pm25" });
    if (turn !== this.latest) return;
    this.destroy();
    if (!held.available) return fill(this.rest, h("div", { class: "card" }, absent(held.absent)));
    this.choices(held);
    const there = SCORES.filter((score) => held.models.some((model) => model.scores[score.id]?.some((value) => value !== null)));
    fill(this.charts, there.map((score) => {
      const chart = new Chart(named(score), "15rem");
      this.drawn.push(chart);
      chart.show(() => scoresOption(held, score), `${named(score)} (${t(score.better)}): ${held.models.map((model) => `${named(model)} ${(model.scores[score.id] ?? []).map((value) => shown(value, 2)).join(", ")}`).join("; ")}`);
      return h("section", { class: "card" }, h("h2", {}, named(score), " ", h("small", { class: "quiet" }, t(score.better))), chart.element);
    }));
    fill(this.rest, yesterday(this.context, held), issued(held));
  }

  private choices(held: Verification): void {
    const { vocabulary } = this.context, go = (values: Record<string, string>): void => this.context.go({ values });
    const count = held.count[0] ?? null;
    fill(this.controls,
      chooser(t("placeLabel"), held.places.map((id) => ({ value: id, label: id === "mean" ? t("meanOfPlaces") : named(nameOf(vocabulary, id)) })), held.place, (scored) => go({ scored })),
      segments(t("pollutant"), held.pollutants.map((id) => ({ value: id, label: id === "aqi" ? "AQI" : pollutantOf(vocabulary, id).label })), held.pollutant, (id) => go({ score_of: id })),
      held.period && h("span", { class: "quiet" }, t("period", { from: shownDay(held.period.from), to: shownDay(held.period.to) }), " · ", t("cases", { count: shown(count) })));
  }
}

const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);

function yesterday(context: Context, held: Verification): HTMLElement {
  const unit = held.unit, day = held.yesterday[0]?.day;
  const hit = (value: unknown): HTMLElement => h("td", { class: value === true ? "hit" : value === false ? "miss" : null }, value === true ? `✓ ${t("hit")}` : value === false ? `✕ ${t("miss")}` : "—");
  return h("section", { class: "card" }, h("h2", {}, t("yesterdayWord"), day ? ` ${shownDay(day)}` : ""), held.yesterday.length === 0 ? absent(null) :
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("yesterdayWord") }, h("table", { class: "grid" },
      h("thead", {}, h("tr", {}, [t("placeLabel"), `${t("forecastWord")} ${unit}`, t("rangeWord"), `${t("observedWord")} ${unit}`, `AQI ${t("forecastWord")}`, `AQI ${t("observedWord")}`, t("levelHit"), t("rangeHit"), t("primaryHit")].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, held.yesterday.map((row) => {
        const { values } = row, at = (name: string): number | null => numberOf(values[name]);
        return h("tr", {}, h("th", { scope: "row" }, named(row)), h("td", {}, shown(at("forecast"))), h("td", {}, `${shown(at("low"))}–${shown(at("high"))}`), h("td", {}, h("b", {}, shown(at("observed")))),
          h("td", {}, levelChip(levelOf(context.vocabulary, at("level_forecast") ?? 0), shown(at("aqi_forecast"))), ` ${shown(at("aqi_low"))}–${shown(at("aqi_high"))}`),
          h("td", {}, levelChip(levelOf(context.vocabulary, at("level_observed") ?? 0), shown(at("aqi_observed")))), hit(values.level_hit), hit(values.range_hit), hit(values.primary_hit));
      })))));
}

function issued(held: Verification): HTMLElement | null {
  if (!held.issued.length) return null;
  const leads = [...new Set(held.issued.flatMap((one) => Object.keys(one.forecasts)))].sort((a, b) => Number(a) - Number(b));
  return h("section", { class: "card" }, h("h2", {}, t("issuedCases")), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("issuedCases") }, h("table", { class: "grid" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("day")), h("th", { scope: "col" }, t("observedWord")), leads.map((lead) => h("th", { scope: "col" }, `${lead} h`)))),
    h("tbody", {}, held.issued.map((one) => h("tr", {}, h("th", { scope: "row" }, shownDay(one.day)), h("td", {}, h("b", {}, shown(one.observed))), leads.map((lead) => h("td", {}, shown(one.forecasts[lead])))))))));
}

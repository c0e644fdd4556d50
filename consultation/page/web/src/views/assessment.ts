/** Assessment: years against limits and targets, as measured and without dust days. */
import { read } from "../api/client";
import type { AssessmentList, Named, Names } from "../api/types";
import type { Context, View } from "../context";
import { chooser, fill, h } from "../dom";
import { language, named, t } from "../language";
import { shown } from "../numbers";
import { absent } from "../parts";
import type { State } from "../state";
import type { Word } from "../words";

interface Basis {
  days: { good: number; good_share: number | null; heavy: number; valid: number };
  means: Record<string, { mean: number | null; reported: number | null; unit: string; limit: number; standard: string; whole_year: boolean; within_limit: boolean | null }>;
}
interface Area extends Named { measured: Basis; without_dust: Basis; dust_days?: number; missing?: string[] }
interface Target { plan: string; place: string; chinese: string; measure: string; unit: string; base_year: number; target_year: number; target: number; dust: string; measured: number | null; without_dust: number | null; met: boolean | null; due: boolean; source: string; verified: boolean }
interface Assessment {
  year: number; period: { from: string; to: string; days: number; whole_year: boolean }; rules: string;
  dust_rule: Names & { verified: boolean; in_force: boolean }; places: Area[]; regions: Area[]; targets: Target[];
}

const MEASURES: Record<string, [string, string]> = {
  pm25_mean: ["PM₂.₅ 年均", "PM₂.₅ mean"], pm10_mean: ["PM₁₀ 年均", "PM₁₀ mean"], good_days: ["优良天数比例", "Share of good days"], heavy_days: ["重污染天数", "Heavy days"],
};

export function assessmentView(context: Context): View {
  const element = h("div", { class: "stack" });
  return {
    element,
    async show(state: State) {
      const list = await read<AssessmentList>("assessments");
      const name = list.names.includes(state.values.assessment ?? "") ? state.values.assessment ?? "" : list.names.at(-1);
      if (!name) return fill(element, h("h1", { class: "hidden" }, t("assessment")), h("div", { class: "card" }, h("h2", {}, t("noAssessment")), absent(list.absent)));
      const held = await read<Assessment>(`assessments/${encodeURIComponent(name)}`);
      fill(element, h("h1", { class: "hidden" }, t("assessment")), h("div", { class: "controls" },
        chooser(t("assessmentName"), list.names.map((one) => ({ value: one, label: one })), name, (assessment) => context.go({ values: { assessment } })),
        h("span", {}, t("period", { from: held.period.from, to: held.period.to })), h("span", { class: "quiet" }, `${held.rules} · ${t("dust")}: ${named(held.dust_rule)}${held.dust_rule.verified ? "" : ` (${t("unverifiedRules")})`}`)),
      targets(held), table(held));
    },
  };
}

function both(area: Area, pick: (basis: Basis) => number | null | undefined, decimals: number, suffix = ""): HTMLElement {
  const with_dust = pick(area.measured), without = pick(area.without_dust);
  return h("td", { class: "number" }, h("b", {}, shown(with_dust, decimals), suffix), h("br"), h("small", { class: "quiet" }, shown(without, decimals), suffix));
}

function mean(area: Area, pollutant: string): HTMLElement {
  const held = area.measured.means[pollutant], other = area.without_dust.means[pollutant];
  if (!held) return h("td", { class: "number" }, "—");
  return h("td", { class: "number", title: `${held.standard}: ${held.limit} ${held.unit}` }, h("b", { class: held.within_limit === false ? "missed" : held.within_limit ? "met" : null }, shown(held.mean, 1), held.within_limit === false ? " ▲" : ""),
    h("br"), h("small", { class: "quiet" }, shown(other?.mean, 1)));
}

function table(held: Assessment): HTMLElement {
  const heading = (name: string): HTMLElement => h("th", { scope: "col", class: "number" }, name);
  const limits = ["pm25", "pm10"].map((id) => held.places[0]?.measured.means[id]?.limit);
  return h("section", { class: "card" }, h("h2", {}, String(held.year)),
    h("p", { class: "quiet" }, `${t("bothNumbers")} · ▲ ${t("aboveLimit")}`),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("assessment") }, h("table", { class: "grid" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("placeLabel")), heading(t("goodShare")), heading(t("goodDays")), heading(t("heavyDays")), heading(`PM₂.₅ (≤${shown(limits[0])})`), heading(`PM₁₀ (≤${shown(limits[1])})`), heading("SO₂"), heading("NO₂"), heading(t("dustDays")), heading(t("validDays")))),
      h("tbody", {}, [...held.regions, ...held.places].map((area) => h("tr", {}, h("th", { scope: "row" }, named(area)),
        both(area, (one) => one.days.good_share, 1, "%"), both(area, (one) => one.days.good, 0), both(area, (one) => one.days.heavy, 0),
        ["pm25", "pm10", "so2", "no2"].map((id) => mean(area, id)), h("td", { class: "number" }, shown(area.dust_days)), h("td", { class: "number" }, shown(area.measured.days.valid))))))));
}

function targets(held: Assessment): HTMLElement | null {
  if (!held.targets.length) return null;
  const outcome = (met: boolean | null): HTMLElement => h("td", { class: met ? "met" : met === false ? "missed" : null }, met === null ? "—" : met ? `✓ ${t("reached")}` : `✕ ${t("notReached")}`);
  const words: Word[] = ["placeLabel", "target", "year", "target", "withDust", "withoutDust"];
  return h("section", { class: "card" }, h("h2", {}, t("target")), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("target") }, h("table", { class: "grid" },
    h("thead", {}, h("tr", {}, words.map((word, index) => h("th", { scope: "col" }, index === 1 ? t("measureWord") : t(word))), h("th", { scope: "col" }, t("outcome")), h("th", { scope: "col" }, t("plan")))),
    h("tbody", {}, held.targets.map((one) => h("tr", {}, h("th", { scope: "row" }, placeName(held, one)), h("td", {}, MEASURES[one.measure]?.[language() === "zh" ? 0 : 1] ?? one.measure), h("td", {}, String(one.target_year)),
      h("td", {}, `${shown(one.target, 1)} ${one.unit}`), h("td", {}, h("b", {}, shown(one.measured, 1))), h("td", {}, shown(one.without_dust, 1)), outcome(one.met), h("td", { class: "quiet", title: one.source }, one.plan, one.verified ? "" : ` (${t("unverifiedRules")})`)))))));
}

function placeName(held: Assessment, one: Target): string {
  const area = [...held.places, ...held.regions].find((found) => found.id === one.place);
  return area ? named(area) : one.chinese;
}

/** Desert dust: what the dust model foresees, signals it calls for, what was measured; or why there is nothing. */
import type { Dust, DustPassage, DustSignal, Vocabulary } from "./api/types";
import { h } from "./dom";
import { named, t } from "./language";
import { percent, shown } from "./numbers";
import { absent } from "./parts";
import { shownDay, shownHour } from "./time";

/** Whether the model foresees dust on a day at a place, or at one of a region. */
export function dustForeseen(dust: Dust, vocabulary: Vocabulary, area: string, day: string): boolean {
  const members = vocabulary.regions.find((region) => region.id === area)?.places ?? [area];
  return dust.passages.some((one) => members.includes(one.place) && one.days.includes(day));
}

export function modelDustFlag(): HTMLElement {
  return h("span", { class: "dustflag model", title: t("dustModelTitle") }, t("dustModelMark"));
}

export function dustCard(dust: Dust, vocabulary: Vocabulary): HTMLElement {
  const near = new Set(vocabulary.regions.flatMap((region) => region.places));
  const inside = dust.passages.filter((one) => near.has(one.place)), beyond = dust.passages.filter((one) => !near.has(one.place));
  const foreseen = dust.state === "forecast";
  return h("section", { class: "card dust" }, h("h2", {}, t("dustForecast")),
    foreseen ? h("p", { class: "statement" }, named(dust.statement)) : absent(dust.reason),
    foreseen && signals(dust),
    inside.length > 0 && passages(inside),
    beyond.length > 0 && h("details", {}, h("summary", {}, t("beyondRegions", { count: beyond.length })), passages(beyond)),
    foreseen && advice(dust.passages),
    dust.thresholds.length > 0 && h("p", { class: "quiet" }, `${t("dustThresholds")}: ${dust.thresholds.map((one) => `${named(one)} ×${shown(one.factor, 2)}`).join("; ")}`),
    dust.observed.length > 0 && observed(dust), dust.learned.length > 0 && learned(dust),
    foreseen && h("p", { class: "quiet" }, named(dust.note)));
}

function signals(dust: Dust): HTMLElement {
  if (dust.signals_absent) return absent(dust.signals_absent);
  if (!dust.signals.length) return h("p", { class: "quiet" }, t("noDustSignals"));
  return h("div", {}, h("h3", {}, t("dustSignals")), dust.signals.map(signal));
}

function signal(one: DustSignal): HTMLElement {
  return h("article", { class: "proposal" }, h("h4", {}, h("span", { class: "chip" }, named(one.level)), " ", named(one.names), " ", h("span", { class: "proposed" }, t("proposed"))),
    h("p", {}, named(one.reason)),
    h("p", { class: "quiet" }, t("validFromTo", { from: shownHour(one.valid_from), to: one.valid_to ? shownHour(one.valid_to) : t("beyondForecast") })));
}

function passages(list: DustPassage[]): HTMLElement {
  const heads = [t("placeLabel"), t("arrives"), `${t("peakWord")} PM₁₀ µg/m³`, t("ends"), t("dustGrade"), t("dustSignal"), t("windWord"), t("chanceWord")];
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("dustForecast") }, h("table", { class: "grid" },
    h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, list.map((one) => h("tr", {}, h("th", { scope: "row" }, named(one)), h("td", {}, shownHour(one.arrival)),
      h("td", { class: "cell" }, h("b", {}, shown(one.peak_ug_m3)), h("span", { class: "under" }, shownHour(one.peak_time))),
      h("td", {}, one.end ? shownHour(one.end) : t("beyondForecast")),
      h("td", { class: "cell" }, one.grade.number ? named(one.grade) : t("belowGrade"), h("span", { class: "under" }, t("visibilityKm", { value: shown(one.lowest_visibility_m / 1000, 1) }))),
      h("td", {}, named(one.signal)), h("td", {}, `${shown(one.strongest_wind_m_s)} m/s`), h("td", { class: "cell" }, chances(one)))))));
}

function chances(one: DustPassage): (Node | string)[] {
  if (!one.likely) return [t("notKnown")];
  return [h("span", { class: "under" }, t("sandChance", { value: percent(one.likely.blowing_sand) })), h("span", { class: "under" }, t("stormChance", { value: percent(one.likely.dust_storm) }))];
}

function advice(list: DustPassage[]): HTMLElement | null {
  const told = new Map(list.flatMap((one) => one.advice).map((one) => [one.chinese, one]));
  if (!told.size) return null;
  return h("details", {}, h("summary", {}, t("dustAdvice")), h("ul", {}, [...told.values()].map((one) => h("li", {}, named(one)))));
}

function observed(dust: Dust): HTMLElement {
  return h("details", {}, h("summary", {}, t("dustMeasured", { count: dust.observed.length })), h("p", { class: "quiet" }, named(dust.rule)),
    h("ul", {}, dust.observed.map((one) => h("li", {}, `${named(one)} ${t("validFromTo", { from: shownHour(one.start), to: shownHour(one.end) })}`,
      one.peak_ug_m3 === null ? "" : `, PM₁₀ ${shown(one.peak_ug_m3)} µg/m³`, one.ongoing ? ` (${t("ongoing")})` : ""))));
}

function learned(dust: Dust): HTMLElement {
  const days = [...new Set(dust.learned.flatMap((one) => one.days.map((cell) => cell.day)))].sort();
  return h("details", {}, h("summary", {}, t("learnedDust")), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("learnedDust") }, h("table", { class: "grid" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("placeLabel")), days.map((day) => h("th", { scope: "col", class: "number" }, shownDay(day))))),
    h("tbody", {}, dust.learned.map((one) => h("tr", {}, h("th", { scope: "row" }, named(one)), days.map((day) => {
      const cell = one.days.find((found) => found.day === day);
      return h("td", { class: "number" }, cell?.warned ? h("b", {}, percent(cell.probability)) : percent(cell?.probability));
    })))))));
}

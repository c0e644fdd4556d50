/** What the cuts change: by region and day, then by place. */
import type { MeasuresAnswer, PlaceChange, Vocabulary } from "../api/types";
import { levelChip, levelOf } from "../colours";
import { h } from "../dom";
import { named, t } from "../language";
import { DASH, shown } from "../numbers";
import { shownDay } from "../time";

const SPECIES: Record<string, string> = { ppm_fine: "PM₂.₅", ppm_coarse: "PM₂.₅₋₁₀", so2: "SO₂", nox: "NOₓ" };

export function answerOf(vocabulary: Vocabulary, held: MeasuresAnswer, seconds: number): Node[] {
  const [low, high] = held.interval;
  return [
    table(vocabulary, held.regions),
    h("details", {}, h("summary", {}, t("placeLabel")), table(vocabulary, held.places)),
    h("p", { class: "quiet" }, `${t("reducedBy")}: `, Object.entries(held.cuts.tonnes_per_day).map(([id, tonnes]) => {
      const share = held.cuts.share_of_all[id];
      return `${SPECIES[id] ?? id} ${shown(tonnes, 1)}${share === null || share === undefined ? "" : ` (${t("shareOfAll")} ${shown(100 * share, 1)}%)`}`;
    }).join(", ")),
    h("p", { class: "quiet answered" }, t("answeredIn", { seconds: shown(seconds, 2) }), low !== undefined && high !== undefined ? ` · ${t("rangeWord")} ${Math.round(100 * low)}–${Math.round(100 * high)}%` : "", ` · ${t("beginsAt")} ${held.begins_shown}`),
    h("details", {}, h("summary", {}, `${t("cautions")} (${held.cautions.length + held.cuts.notes.length})`), h("ul", {},
      held.cautions.map((one) => h("li", {}, named(one))), held.cuts.notes.map((one) => h("li", {}, typeof one === "string" ? one : named(one))))),
  ];
}

function table(vocabulary: Vocabulary, areas: PlaceChange[]): HTMLElement {
  const days = [...new Set(areas.flatMap((area) => area.days.map((day) => day.day)))].sort();
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("decrease") }, h("table", { class: "grid changes" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("placeLabel")), days.map((day) => h("th", { scope: "col" }, shownDay(day))))),
    h("tbody", {}, areas.map((area) => h("tr", {}, h("th", { scope: "row" }, named(area)), days.map((day) => cell(vocabulary, area, day)))))));
}

function cell(vocabulary: Vocabulary, area: PlaceChange, day: string): HTMLElement {
  const found = area.days.find((one) => one.day === day);
  if (!found) return h("td", {}, DASH);
  const { aqi, level } = found, fine = found.concentrations.pm25, [low, high] = fine?.decrease_range ?? [];
  return h("td", {},
    h("span", { class: "change" }, levelChip(levelOf(vocabulary, level.before?.number ?? 0), shown(aqi.before)), " → ", levelChip(levelOf(vocabulary, level.after?.number ?? 0), shown(aqi.after))),
    fine && h("span", { class: "under" }, `PM₂.₅ −${shown(fine.decrease, 1)}`, low !== undefined && high !== undefined ? ` (${shown(low, 1)}–${shown(high, 1)})` : ""));
}

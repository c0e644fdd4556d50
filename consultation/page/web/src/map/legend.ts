/** What the colours of the map say; and a table where no map can be drawn. */
import type { Vocabulary } from "../api/types";
import { inkOn, levelWord } from "../colours";
import { h } from "../dom";
import { t } from "../language";
import { pollutantOf } from "../numbers";
import type { Shown } from "./controls";
import type { Spot } from "./labels";
import type { Scale } from "./scales";

export function mapLegend(scale: Scale, vocabulary: Vocabulary, rules: string, what: Shown): HTMLElement {
  return h("div", { class: "maplegend" },
    h("span", { class: "unit" }, scale.unit),
    h("ol", {}, scale.steps.map((step, index) => {
      const colour = scale.colours[Math.min(index, scale.colours.length - 1)] ?? "#888888";
      return h("li", { class: "painted", style: { "--paint": colour, "--ink": inkOn(colour) } }, String(step),
        scale.official && h("small", {}, levelWord(vocabulary.levels[index])));
    })),
    h("span", { class: "quiet" }, what.overlay === "footprint" ? t("footprint") : t("modelField"),
      scale.official ? ` · ${t("scaleNote", { rules })}` : "", what.overlay === "footprint" ? "" : ` · ${t("publishedPoints", { name: pollutantOf(vocabulary, what.pollutant).label })}`));
}

export function valuesTable(spots: Spot[]): HTMLElement {
  return h("div", { class: "card" }, h("p", {}, t("noWebgl")), h("table", { class: "grid" }, h("tbody", {}, spots.map((spot) =>
    h("tr", {}, h("th", { scope: "row" }, spot.name), h("td", {}, spot.value))))));
}

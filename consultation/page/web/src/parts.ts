/** Parts that several views show. */
import type { Degradation, Names, Proposal, Today, Vocabulary } from "./api/types";
import { inkOn } from "./colours";
import { h } from "./dom";
import { named, t } from "./language";
import { percent, shown } from "./numbers";
import { shownHour } from "./time";

const COLOUR_KEYS = ["yellow", "orange", "red"] as const;

export function warningChip(vocabulary: Vocabulary, number: number): HTMLElement {
  const level = vocabulary.warning_levels.find((one) => one.number === number);
  const paint: Record<string, string> = level?.colour ? { "--paint": level.colour, "--ink": inkOn(level.colour) } : {};
  return h("span", { class: "chip painted", style: paint }, level ? named(level) : String(number));
}

export function proposals(today: Today, vocabulary: Vocabulary): HTMLElement {
  const shownOnes = today.warnings?.proposals.filter((one) => one.level.number > 0) ?? [];
  const regions = shownOnes.filter((one) => one.area.scope === "region"), places = shownOnes.filter((one) => one.area.scope === "place");
  return h("section", { class: "card warnings" }, h("h2", {}, t("warnings")),
    today.warnings === null && absent(today.warnings_absent),
    today.warnings && shownOnes.length === 0 && h("p", {}, t("noWarnings")),
    regions.map((one) => proposal(one, vocabulary)),
    places.length > 0 && h("details", {}, h("summary", {}, `${t("placeLabel")} (${places.length})`), places.map((one) => proposal(one, vocabulary))),
    today.warnings && today.warnings.not_evaluated.length > 0 && h("p", { class: "quiet" }, t("notEvaluated", { names: nameList(vocabulary, today.warnings.not_evaluated) })),
    today.warnings && shownOnes.length > 0 && h("p", { class: "quiet" }, named(today.warnings.notice)),
    today.warnings && regions.length > 0 && h("p", { class: "quiet", "data-note": "index" }, named(today.warnings.index_note)));
}

function proposal(one: Proposal, vocabulary: Vocabulary): HTMLElement {
  const key = COLOUR_KEYS[one.level.number - 1], chance = key ? one.evidence.probability[key] : null;
  return h("article", { class: "proposal" },
    h("h3", {}, warningChip(vocabulary, one.level.number), h("span", { class: "proposed" }, t("proposed")), named(one.area)),
    h("p", {}, named(one.reason)),
    h("p", { class: "quiet" },
      one.valid_from && one.valid_to ? t("validFromTo", { from: shownHour(one.valid_from), to: shownHour(one.valid_to) }) : "", " · ",
      t("highestAqi", { value: shown(one.evidence.highest_aqi) }), chance === null ? "" : ` · ${t("chanceOfLevel", { value: percent(chance) })}`,
      one.evidence.rules_verified ? "" : ` · ${t("unverifiedRules")}`,
      one.area.missing.length ? ` · ${t("missingMembers", { names: nameList(vocabulary, one.area.missing) })}` : ""),
    one.dust && h("p", {}, named(one.dust.advice)));
}

export function nameList(vocabulary: Vocabulary, ids: string[]): string {
  return ids.map((id) => named(nameOf(vocabulary, id))).join("、");
}

export function nameOf(vocabulary: Vocabulary, id: string): Names {
  return [...vocabulary.places, ...vocabulary.regions].find((one) => one.id === id) ?? { chinese: id, english: id };
}

export function degradations(list: Degradation[], lacking: string[]): HTMLElement {
  const count = list.length + lacking.length;
  if (!count) return h("p", { class: "card quiet" }, t("notDegraded"));
  return h("section", { class: "card degraded" }, h("h2", {}, t("degraded", { count })),
    h("ul", {}, list.map((one) => h("li", {}, named(one))), lacking.map((name) => h("li", {}, t("lackingProduct", { name })))));
}

/** Why something is not there. */
export function absent(why: Names | null | undefined): HTMLElement {
  return h("p", { class: "absent" }, named(why) || t("none"));
}

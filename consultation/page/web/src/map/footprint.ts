/** Where the mean of a place was emitted: its footprint of the day that is shown, or that of the region that holds it. */
import type { Field } from "../api/frames";
import type { Footprint, FootprintList, Grid, ShareRow, Vocabulary } from "../api/types";
import type { Context } from "../context";
import { h } from "../dom";
import { named, t } from "../language";
import { shown } from "../numbers";
import { absent, nameList, nameOf } from "../parts";
import { parse } from "../state";
import { shownDay } from "../time";
import type { Shown } from "./controls";

export interface ShownFootprint {
  field: Field | null; grid: Grid; asked: string; place: string; places: string[]; source: string; sources: { id: string; chinese: string; english: string }[];
  footprint: Footprint | null;
}

const LONGEST = 6;

export async function chosenFootprint(context: Context, what: Shown): Promise<ShownFootprint> {
  const list = await context.api.get<FootprintList>("footprints");
  const all = list.footprints.filter((one) => one.pollutant === "pm25");
  const places = [...new Set(all.map((one) => one.place))];
  const region = context.vocabulary.regions.find((one) => places.includes(one.id) && one.places.includes(what.place))?.id;
  const own = all.filter((one) => one.place === (what.place || places[0])), around = all.filter((one) => one.place === region);
  const onDay = (of: Footprint[]): Footprint | undefined => of.find((one) => one.day === what.day);
  const near = (of: Footprint[]): Footprint | undefined => of.find((one) => one.day >= what.day) ?? of.at(-1);
  const footprint = onDay(own) ?? onDay(around) ?? near(own) ?? near(around) ?? null, place = footprint?.place ?? what.place;
  const sources = [{ id: "all", chinese: "", english: "" }, ...(footprint?.sources ?? [])];
  const asked = parse(location.hash).values.source ?? "all", source = sources.some((one) => one.id === asked) ? asked : "all";
  const field = footprint ? await context.api.frames("footprints/frame", { number: footprint.number, source }) : null;
  return { field, grid: list.grid, asked: what.place, place, places, source, sources, footprint };
}

export function footprintPanel(held: ShownFootprint, vocabulary: Vocabulary): HTMLElement {
  const { footprint, asked } = held, place = named(nameOf(vocabulary, asked));
  const none = t("noFootprint", { place, names: nameList(vocabulary, held.places) });
  if (!footprint) return h("div", { class: "card" }, absent({ chinese: none, english: none }));
  return h("div", { class: "card footprint" }, h("h2", {}, `${named(footprint)} ${shownDay(footprint.day)}`),
    asked !== "" && asked !== held.place && h("p", { class: "ofregion" }, t("footprintOf", { place, region: named(footprint) })),
    h("p", {}, h("b", {}, `${shown(footprint.concentration)} ${footprint.unit}`)), h("p", { class: "quiet" }, t("footprintHint")),
    ranking(footprint.sources), ranking(footprint.counties));
}

function ranking(rows: ShareRow[]): HTMLElement {
  const best = [...rows].sort((a, b) => (b.value ?? 0) - (a.value ?? 0)).slice(0, LONGEST), most = Math.max(best[0]?.share ?? 0, 1);
  return h("ol", { class: "ranking" }, best.map((row) => h("li", {}, h("span", {}, named(row)), h("b", {}, `${shown(row.share, 1)}%`),
    h("i", { style: { width: `${(100 * Math.max(row.share ?? 0, 0)) / most}%` } }))));
}

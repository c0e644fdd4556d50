/** Places with their value at the time shown, and its colour. */
import type { PlacesOnMap, Vocabulary } from "../api/types";
import { levelPaint, levelOf, levelName } from "../colours";
import { named } from "../language";
import { shown } from "../numbers";
import type { Shown } from "./controls";
import type { Spot } from "./labels";
import { bandOf } from "./scales";

export function spotsOf(places: PlacesOnMap, what: Shown, vocabulary: Vocabulary, steps: number[] | null): Spot[] {
  const index = what.daily ? places.days.indexOf(what.day) : places.times.indexOf(what.time);
  const source = what.overlay === "source";
  return places.places.map((place) => {
    const value = place.values[index] ?? null, share = place.share?.[index] ?? null;
    const band = !source && steps && value !== null ? bandOf({ steps, colours: [], official: true, unit: "" }, value) : -1;
    const level = band >= 0 ? levelOf(vocabulary, Math.min(band + 1, 6)) : undefined;
    const text = value === null ? "—" : source ? `${shown(value)} (${shown(share)}%)` : shown(value, what.pollutant === "co" ? 1 : 0);
    return {
      id: place.id, lon: place.lon, lat: place.lat, name: named(place), value: what.overlay === "footprint" ? "" : text, paint: levelPaint(level),
      chosen: place.id === what.place, title: `${named(place)} ${text} ${places.unit} ${level ? levelName(level) : ""}`.trim(),
    };
  });
}

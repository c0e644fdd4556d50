/** Which colour a value has on the map: the official ones where the index has breakpoints, else a ramp. */
import type { Vocabulary } from "../api/types";
import { rgb } from "../colours";
import type { IndexRules } from "../shipped";

/** Colour `colours[i]` is for values from `steps[i]` to `steps[i + 1]`; below the first step nothing is painted. */
export interface Scale { steps: number[]; colours: string[]; official: boolean; unit: string }

const RAMP = ["#cfe8f3", "#9fd0e4", "#6db3d3", "#4292bd", "#2b70a5", "#1d4f88", "#122f63", "#2a0a4f"];
const STEPS: Record<string, number[]> = {
  dust: [10, 50, 100, 150, 250, 420, 600, 1000], sulfate: [2, 5, 10, 20, 30, 50, 80, 120], nitrate: [2, 5, 10, 20, 30, 50, 80, 120],
  wind: [1, 2, 3, 4, 6, 8, 11, 14], mixing_layer: [0, 50, 100, 200, 300, 500, 800, 1200],
  inversion_strength: [0.5, 1, 2, 4, 6, 8, 10, 14], inversion_depth: [50, 100, 200, 300, 400, 600, 800, 1000],
};
/** Layers of which little is what one must see. */
const LITTLE_IS_BAD = new Set(["mixing_layer"]);

export function indexSteps(rules: IndexRules, name: string, pollutant: string): number[] | null {
  const held = rules.rules.find((one) => one.name === name) ?? rules.rules.at(-1);
  const points = held?.columns[`${pollutant}_24h`]?.breakpoints;
  return points ? points.slice(0, 6) : null;
}

export function scaleOf(layer: { id: string; unit: string }, vocabulary: Vocabulary, steps: number[] | null, largest: number, dark = false): Scale {
  // What matters most is darkest on a light page and brightest on a dark one.
  if (steps && (layer.id === "pm25" || layer.id === "pm10"))
    return { steps, colours: vocabulary.levels.map((level) => level.colour), official: true, unit: layer.unit };
  const strong = LITTLE_IS_BAD.has(layer.id) === dark;
  return { steps: STEPS[layer.id] ?? niceSteps(largest), colours: strong ? RAMP : [...RAMP].reverse(), official: false, unit: layer.unit };
}

/** Eight steps of 1, 2 and 5 up to about the largest value. */
export function niceSteps(largest: number): number[] {
  const found: number[] = [];
  let decade = 10 ** Math.floor(Math.log10(Math.max(largest, 1e-9)));
  while (found.length < RAMP.length) {
    for (const part of [5, 2, 1]) if (part * decade <= largest && found.length < RAMP.length) found.unshift(part * decade);
    decade /= 10;
  }
  return found.map((one) => Number(one.toPrecision(3)));
}

/** Index of the colour of a value; -1 where nothing is painted. */
export function bandOf(scale: Scale, value: number): number {
  if (Number.isNaN(value)) return -1;
  let band = -1;
  while (band + 1 < scale.steps.length && value >= (scale.steps[band + 1] ?? Infinity)) band++;
  return band;
}

export function bandColours(scale: Scale): [number, number, number][] {
  return scale.colours.map(rgb);
}

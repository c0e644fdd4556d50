/** Numbers as people read them; a dash where there is none. */
import { language } from "./language";
import type { Pollutant, Range, Vocabulary } from "./api/types";

export const DASH = "—";

export function shown(value: number | null | undefined, decimals = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return DASH;
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? (0).toFixed(decimals) : text).replace("-", "−");
}

export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined) return DASH;
  const value = 100 * share;
  if (value > 0 && value < 1) return "<1%";
  return value > 99 && value < 100 ? ">99%" : `${Math.round(value)}%`;
}

export function ranged(range: Range, decimals = 0): string {
  return range.low === null || range.high === null ? DASH : `${shown(range.low, decimals)}–${shown(range.high, decimals)}`;
}

export function pollutantOf(vocabulary: Vocabulary, id: string): Pollutant {
  return vocabulary.pollutants.find((one) => one.id === id) ?? { id, chinese: id, label: id, unit: "", decimals: 0 };
}

export function pollutantLabels(vocabulary: Vocabulary, ids: string[]): string {
  return ids.map((id) => pollutantOf(vocabulary, id).label).join(language() === "zh" ? "、" : ", ");
}

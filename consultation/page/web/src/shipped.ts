/** The shapes of the facts of configs/ that are taken into the build. */
export type Ring = [number, number][];
export interface MapSketch {
  outlined_regions: string[]; outline_margin_km: number; graticule_deg: number;
  peaks: { chinese: string; english: string; lon: number; lat: number; height_m: number }[];
  areas: { chinese: string; english: string; lon: number; lat: number }[];
  ridges: { chinese: string; english: string; line: Ring }[];
  lakes: { chinese: string; english: string; lon: number; lat: number; area_km2: number }[];
  relief: { above_m: number; rings: Ring[] }[];
}
export interface IndexRules { rules: { name: string; columns: Record<string, { breakpoints: number[] }> }[] }

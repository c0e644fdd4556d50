/** The answers of the read API, as docs/page-api.md and /api/openapi.json describe them. */
export interface Names { chinese: string; english: string }
export interface Named extends Names { id: string }
export type Numbers = (number | null)[];

export interface RunReference {
  id: string; domain: string; reference_time: string; reference_shown: string; created: string;
  revision: string; synthetic: boolean; title: Names; groups: string[];
}
export interface SkippedRun extends Names { id: string }
export interface Status {
  version: string; now: string; latest: RunReference | null; age_hours: number | null; late: boolean;
  newer_broken: SkippedRun[]; message: Names;
}
export interface RunList { runs: RunReference[]; skipped: SkippedRun[]; total: number }
export interface Degradation extends Names { code: string }
export interface RunDetail extends RunReference {
  degradations: Degradation[]; problems: string[]; lacking: string[]; rules: string;
  models: Record<string, string>; versions: Record<string, string>;
}

export interface PlaceNames extends Named { prefecture: string; lon: number; lat: number }
export interface Region extends Named { places: string[] }
export interface Pollutant { id: string; chinese: string; label: string; unit: string; decimals: number }
export interface Level {
  number: number; chinese: string; category: string; english: string; colour: string; lowest: number; highest: number;
}
export interface WarningLevel extends Names { number: number; colour: string | null }
export interface Grade extends Names { grade: number }
export interface Vocabulary {
  places: PlaceNames[]; regions: Region[]; first_regions: string[]; pollutants: Pollutant[]; levels: Level[];
  warning_levels: WarningLevel[]; dispersion_grades: Grade[];
}

export interface Range { median: number | null; low: number | null; high: number | null }
export interface DayCell {
  day: string; lead_hours: number; aqi: Range; level: number; level_low: number; level_high: number;
  probability: Numbers; polluted: number | null; heavy: number | null; primary: string[]; dust: boolean;
  pm25: Range; pm10: Range;
}
export interface AreaToday extends Named {
  scope: "region" | "place"; lon: number | null; lat: number | null;
  measured_day: string | null; measured_pm25: number | null; days: DayCell[];
}
export interface Proposal {
  id: string; state: "proposed" | "none"; level: WarningLevel;
  area: Named & { scope: "region" | "place"; members: string[]; missing: string[] };
  reason: Names; valid_from: string | null; valid_to: string | null; lead_hours: number | null;
  evidence: { rules_title: Names; rules_verified: boolean; highest_aqi: number | null;
    probability: { yellow: number | null; orange: number | null; red: number | null } };
  dust: { advice: Names } | null;
}
export interface Today {
  run: RunReference; areas: AreaToday[]; degradations: Degradation[]; lacking: string[];
  warnings: { highest: number; notice: Names; index_note: Names; proposals: Proposal[]; not_evaluated: string[] } | null;
  warnings_absent: Names | null;
}

export interface Graded extends Names { number: number }
export interface DustPassage extends Names {
  place: string; arrival: string; peak_time: string; end: string | null; peak_ug_m3: number; lowest_visibility_m: number; strongest_wind_m_s: number;
  grade: Graded; signal: Graded; likely: Record<string, number> | null; probability: Record<string, number> | null; advice: Names[]; days: string[];
}
export interface DustSignal { place: string; names: Names; level: Graded; reason: Names; valid_from: string; valid_to: string | null; rules_source: string; advice: Names[] }
export interface Dust {
  state: "forecast" | "calm" | "absent"; reason: Names | null; statement: Names; note: Names; hours: number; above_ug_m3: number | null;
  passages: DustPassage[]; signals: DustSignal[]; signals_absent: Names | null; thresholds: (Names & { factor: number; relative_deviation: number })[];
  observed: (Names & { place: string; start: string; end: string; peak_ug_m3: number | null; ongoing: boolean })[];
  rule: Names | null; learned: (Named & { days: { day: string; probability: number; warned: boolean }[] })[];
}

export interface Grid { west: number; east: number; south: number; north: number; nx: number; ny: number }
export interface Layer extends Named {
  kind: "scalar" | "vector"; unit: string; available: boolean; reason: Names | null; hours: number;
  days: string[]; grid: Grid | null;
}
export interface MapFacts { times: string[]; days: string[]; layers: Layer[]; largest_frames: number; missing_code: number }
export interface PlaceValues extends Named { lon: number; lat: number; values: Numbers; share: Numbers | null }
export interface PlacesOnMap {
  pollutant: string; unit: string; averaging: "day" | "hour"; times: string[]; days: string[]; what: Names; places: PlaceValues[];
}
export interface ShareRow extends Named { value: number | null; share: number | null }
export interface Footprint extends Names {
  number: number; place: string; pollutant: string; unit: string; begins: string; ends: string; day: string;
  concentration: number | null; sources: ShareRow[]; counties: ShareRow[];
}
export interface FootprintList { grid: Grid; footprints: Footprint[] }

export interface Course { times: string[]; days: string[]; values: Numbers }
export interface Place extends Named {
  scope: "place" | "region"; pollutant: string; unit: string; averaging: "day" | "hour"; reference_time: string;
  measured: Course | null; measured_absent: Names | null; times: string[]; days: string[]; lead_hours: number[];
  median: Numbers; quantiles: { quantile: number; values: Numbers }[];
  index: { aqi: Numbers; aqi_low: Numbers; aqi_high: Numbers; level: number[]; probability: Numbers[]; primary: string[][]; dust: boolean[] };
  model: Course | null; model_absent: Names | null;
}
export interface Issue { run: string; reference_time: string; times: string[]; days: string[]; median: Numbers; low: Numbers; high: Numbers }
export interface Previous { place: string; unit: string; issues: Issue[]; absent: Names | null }
export interface Group extends Named { values: Numbers; mean: number | null; share: number | null }
export interface Contributions {
  place: string; pollutant: string; unit: string; by: string; times: string[]; days: string[]; published: Numbers;
  explained: Numbers; groups: Group[];
}
export interface Sounding {
  place: string; hour: number; time: string; height: Numbers; pressure: Numbers; temperature: Numbers; dew_point: Numbers;
  relative_humidity: Numbers; wind_speed: Numbers; wind_from: Numbers;
  course: {
    times: string[]; boundary_layer_height: Numbers; inversion_strength: Numbers; inversion_base: Numbers;
    inversion_depth: Numbers; ventilation_index: Numbers; wind_speed: Numbers; wind_from: Numbers; grade: number[]; grade_verified: boolean;
  };
}
export interface Matrix {
  pollutant: string; unit: string; by: string; day: string | null; days: string[]; columns: Named[];
  rows: (Named & { scope: string; published: number | null; values: Numbers; percent: Numbers })[];
}
export interface MeasureOptions {
  available: boolean; absent: Names | null; sectors: Named[]; regions: Named[];
  sliders: { sector: string; region: string; tonnes_per_day: Record<string, number> }[];
  presets: (Named & { verified: boolean; shares: Record<string, number> })[]; largest_compared: number;
}
export interface Cut { sector: string; region: string; share: number }
export interface Change { before: number | null; after: number | null; decrease: number | null; decrease_range: Numbers }
export interface DayChange {
  day: string; concentrations: Record<string, Change>; aqi: Change;
  level: { before: (Names & { number: number }) | null; after: (Names & { number: number }) | null };
}
export interface PlaceChange extends Names { place: string; days: DayChange[] }
export interface MeasuresAnswer {
  begins_shown: string; approximate_beginning: boolean; places: PlaceChange[]; regions: PlaceChange[];
  cuts: { notes: (string | Names)[]; tonnes_per_day: Record<string, number | null>; share_of_all: Record<string, number | null> };
  cautions: Degradation[]; interval: number[]; seconds: number;
}
export interface Verification {
  available: boolean; absent: Names | null; period: { from: string; to: string } | null; place: string; pollutant: string;
  unit: string; lead_hours: number[]; count: Numbers;
  models: (Names & { model: string; scores: Record<string, Numbers> })[];
  yesterday: (Names & { place: string; day: string; values: Record<string, unknown> })[];
  issued: { day: string; observed: number | null; forecasts: Record<string, number | null> }[];
  places: string[]; pollutants: string[];
}
export interface Evidence extends Named {
  statement: Names; columns: (Named & { unit: string })[]; rows: Record<string, unknown>[];
  cites: { file: string; variable: string }[]; view: string; absent: Names | null;
}
export interface Question extends Named { answered: boolean; evidence: Evidence[] }
export interface Consult { region: string; region_names: Names; places: string[]; questions: Question[] }
export interface KeptReport extends Names { name: string; kind: "weekly" | "episode"; first: string; last: string }
export interface ReportList { domain: string; reports: KeptReport[]; absent: Names | null }
export interface StageShare { id: string; percent: number }
export interface Stage extends Named { first: string; last: string; value: number | null; published: number | null; sector: StageShare[] | null; nearness: StageShare[] | null }
export interface Report {
  kind: string; unit: string; issued: string; synthetic: boolean; period: { from: string; to: string; days: number; with_contributions: number };
  episode: { found_at: string; open: boolean } | null; findings: Names[]; runs: unknown[]; groups: { sector: Named[] };
  receptors: Named[]; regions: { id: string; stages: Stage[] }[];
}
export interface AssessmentList { names: string[]; absent: Names | null }

/** A place: measured and forecast, earlier forecasts, contributions, the air above it. */
import type { Contributions, Place, Previous, Sounding } from "../api/types";
import { Refused } from "../api/client";
import { mixingOption, profileOption, windName } from "../charts/air";
import { Chart } from "../charts/chart";
import { seriesLabel, seriesOption } from "../charts/series";
import { stackedOption } from "../charts/stacked";
import { levelOf, levelPaint, levelWord } from "../colours";
import type { Context, View } from "../context";
import { chooser, fill, h, segments } from "../dom";
import { named, t } from "../language";
import { Timeline } from "../map/timeline";
import { pollutantLabels, shown } from "../numbers";
import { absent } from "../parts";
import { whole, type State } from "../state";
import { shownDay, shownWeekday } from "../time";

interface Asked { place: string; region: boolean; pollutant: string; averaging: "hour" | "day"; by: string; hour: number }

export function placeView(context: Context): View {
  return new PlacePage(context);
}

class PlacePage implements View {
  readonly element = h("div", { class: "stack placeview" });
  private readonly controls = h("div", { class: "controls" });
  private readonly heading = h("div", { class: "placehead" });
  private readonly series = new Chart(t("series"), "24rem");
  private readonly stacked = new Chart(t("contributions"), "21rem");
  private readonly profile = new Chart(t("sounding"), "24rem");
  private readonly mixing = new Chart(t("mixingHeight"), "14rem");
  private readonly notes = h("div", {});
  private readonly sources = h("div", {});
  private readonly air = h("section", { class: "card" });
  private readonly time = h("div", { class: "card timecard" });
  private times: string[] = [];
  private timeline: Timeline | null = null;
  private latest = 0;

  constructor(private readonly context: Context) {
    fill(this.element, this.controls, this.heading, h("section", { class: "card" }, h("h2", {}, t("series")), this.series.element, this.notes),
      this.time, h("section", { class: "card" }, this.sources, this.stacked.element), this.air);
  }

  hours(): number {
    return this.times.length;
  }

  recolour(): void {
    [this.series, this.stacked, this.profile, this.mixing].forEach((chart) => chart.recolour());
  }

  destroy(): void {
    [this.series, this.stacked, this.profile, this.mixing].forEach((chart) => chart.destroy());
  }

  async show(state: State): Promise<void> {
    const turn = ++this.latest, asked = this.asked(state), { api } = this.context;
    const query = { pollutant: asked.pollutant, averaging: asked.averaging };
    const [place, previous, contributions] = await Promise.all([
      api.get<Place>(`places/${asked.place}`, query), api.get<Previous>(`places/${asked.place}/previous`, query),
      optional(api.get<Contributions>(`places/${asked.place}/contributions`, { ...query, by: asked.by })),
    ]);
    if (turn !== this.latest) return;
    this.choices(asked);
    this.head(place);
    const hour = asked.averaging === "hour" ? asked.hour : null;
    this.series.show(() => seriesOption(place, previous.issues, hour), seriesLabel(place));
    fill(this.notes, !place.measured && absent(place.measured_absent), previous.absent ? h("p", { class: "quiet" }, `${t("fan")}: ${named(previous.absent)}`) : h("p", { class: "quiet" }, t("fanHint", { count: previous.issues.length })),
      !place.model && place.model_absent && h("p", { class: "quiet" }, `${t("modelRaw")}: ${named(place.model_absent)}`));
    this.contributions(asked, contributions, hour);
    await this.sounding(asked, turn);
  }

  private asked(state: State): Asked {
    const { values } = state, { vocabulary } = this.context, ids = [...vocabulary.regions, ...vocabulary.places].map((one) => one.id);
    const place = values.place && ids.includes(values.place) ? values.place : vocabulary.regions[0]?.places[0] ?? ids[0] ?? "";
    const region = vocabulary.regions.some((one) => one.id === place), averaging = region || values.averaging === "day" ? "day" : "hour";
    const known = vocabulary.pollutants.map((one) => one.id), wanted = values.pollutant && known.includes(values.pollutant) ? values.pollutant : "pm25";
    const pollutant = wanted.startsWith("o3") ? (averaging === "day" ? "o3_8h" : "o3") : wanted;
    return { place, region, pollutant, averaging, by: ["region", "nearness", "source"].includes(values.by ?? "") ? values.by ?? "" : "sector", hour: whole(values.hour, 0, 1000, 0) };
  }

  private choices(asked: Asked): void {
    const { vocabulary } = this.context, go = (values: Record<string, string>): void => this.context.go({ values });
    const pollutants = vocabulary.pollutants.filter((one) => one.id !== (asked.averaging === "day" ? "o3" : "o3_8h"));
    fill(this.controls,
      chooser(t("placeLabel"), [...vocabulary.regions, ...vocabulary.places].map((one) => ({ value: one.id, label: named(one) })), asked.place, (place) => go({ place })),
      segments(t("pollutant"), pollutants.map((one) => ({ value: one.id, label: one.label, title: one.chinese })), asked.pollutant, (pollutant) => go({ pollutant })),
      segments(t("step"), [{ value: "hour", label: t("hourly"), disabled: asked.region }, { value: "day", label: t("daily") }], asked.averaging, (averaging) => go({ averaging })));
  }

  /** The days (or the chosen hour) as tiles. */
  private head(place: Place): void {
    const { vocabulary } = this.context, daily = place.averaging === "day";
    fill(this.heading, h("h1", {}, named(place)), daily && h("ol", { class: "days" }, place.days.map((day, index) => {
      const level = levelOf(vocabulary, place.index.level[index] ?? 0);
      return h("li", {}, h("span", { class: "date" }, shownDay(day), h("br"), shownWeekday(day)),
        h("span", { class: "tile painted", style: levelPaint(level) }, h("b", {}, shown(place.index.aqi[index])), h("small", {}, levelWord(level))),
        h("span", { class: "range" }, `${shown(place.index.aqi_low[index])}–${shown(place.index.aqi_high[index])}`),
        h("span", { class: "heavy" }, pollutantLabels(vocabulary, place.index.primary[index] ?? [])));
    })));
    if (daily) return void fill(this.time);
    this.times = place.times;
    if (!this.timeline || !this.time.hasChildNodes()) {
      this.timeline = new Timeline(place.times, (hour) => this.context.go({ values: { hour } }, true), false);
      fill(this.time, this.timeline.element);
    }
  }

  private contributions(asked: Asked, held: Contributions | Refused, hour: number | null): void {
    const by = segments(t("contributions"), [{ value: "sector", label: t("bySector") }, { value: "region", label: t("byRegion") }, { value: "nearness", label: t("byNearness") }, { value: "source", label: t("bySource") }],
      asked.by, (value) => this.context.go({ values: { by: value } }));
    const refused = held instanceof Refused;
    fill(this.sources, h("div", { class: "row" }, h("h2", {}, t("contributions")), by), refused && absent(held.names));
    this.stacked.element.hidden = refused;
    if (!refused) this.stacked.show(() => stackedOption(held, asked.averaging === "day", hour), `${t("contributions")}: ${held.groups.map((group) => `${named(group)} ${shown(group.share)}%`).join(", ")}`);
  }

  private async sounding(asked: Asked, turn: number): Promise<void> {
    const hour = Math.min(asked.hour, Math.max(this.times.length - 1, 0));
    this.timeline?.show(hour);
    if (asked.region || asked.averaging === "day") return fill(this.air);
    const held = await optional(this.context.api.get<Sounding>(`places/${asked.place}/sounding`, { hour }));
    if (turn !== this.latest) return;
    if (held instanceof Refused) return fill(this.air, h("h2", {}, t("sounding")), absent(held.names));
    const { course } = held, grade = this.context.vocabulary.dispersion_grades.find((one) => one.grade === course.grade[hour]);
    if (!this.profile.element.isConnected) fill(this.air);
    const facts = h("dl", { class: "facts" }, [
      [t("gradeWord"), `${course.grade[hour] || "—"} ${grade ? named(grade) : ""}${course.grade_verified ? "" : ` (${t("gradeUnverified")})`}`],
      [t("mixingHeight"), `${shown(course.boundary_layer_height[hour])} m`], [t("inversionStrength"), `${shown(course.inversion_strength[hour], 1)} K`],
      [t("inversionBase"), `${shown(course.inversion_base[hour])} m`], [t("inversionDepth"), `${shown(course.inversion_depth[hour])} m`],
      [t("ventilation"), `${shown(course.ventilation_index[hour])} m²/s`], [t("windWord"), t("windFrom", { from: windName(course.wind_from[hour] ?? null), speed: shown(course.wind_speed[hour], 1) })],
    ].map(([name, value]) => h("div", {}, h("dt", {}, name ?? ""), h("dd", {}, value ?? ""))));
    fill(this.air, h("h2", {}, t("sounding")), h("div", { class: "air" }, this.profile.element, h("div", {}, facts, this.mixing.element)));
    this.profile.show(() => profileOption(held));
    this.mixing.show(() => mixingOption(held, hour, this.context.vocabulary));
  }
}

async function optional<T>(asked: Promise<T>): Promise<T | Refused> {
  try {
    return await asked;
  } catch (fault) {
    if (fault instanceof Refused && fault.status >= 400) return fault;
    throw fault;
  }
}

/** The map: fields by hour or day, values at places, a chosen source, the footprint of a place. */
import type { Field } from "../api/frames";
import type { Grid, Layer, MapFacts, PlacesOnMap, RunDetail } from "../api/types";
import { styled } from "../colours";
import type { Context, View } from "../context";
import { fill, h } from "../dom";
import { t } from "../language";
import { CanvasMap, drawable } from "../map/canvas_map";
import { mapControls, type Shown } from "../map/controls";
import { chosenFootprint, footprintPanel } from "../map/footprint";
import { mapLegend, valuesTable } from "../map/legend";
import { indexSteps, scaleOf, type Scale } from "../map/scales";
import { columnOf, rowOf, sample } from "../map/surface";
import { spotsOf } from "../map/spots";
import { Timeline } from "../map/timeline";
import { absent } from "../parts";
import { shown } from "../numbers";
import { parse, whole, type State } from "../state";
import { isDark } from "../theme";
import { dayOf } from "../time";
import { indexRules } from "virtual:shipped-facts";

const WEST_EAST = [84.3, 43.55, 88.3, 44.95] as const;

export function mapView(context: Context): View {
  return new MapPage(context);
}

class MapPage implements View {
  readonly element = h("div", { class: "mapview" });
  private readonly controls = h("div", { class: "mapcontrols" });
  private readonly stage = h("div", { class: "stage" });
  private readonly under = h("div", { class: "underlay" });
  private readonly readout = h("output", { class: "readout" });
  private readonly side = h("div", { class: "mapside" });
  private facts: MapFacts | null = null;
  private detail: RunDetail | null = null;
  private map: CanvasMap | null = null;
  private timeline: Timeline | null = null;
  private daily = false;
  private latest = 0;
  private under_cursor: { grid: Grid; values: Float32Array; nx: number; ny: number; unit: string } | null = null;

  constructor(private readonly context: Context) {
    fill(this.element, h("h1", { class: "hidden" }, t("map")), this.controls, h("div", { class: "stagebox" }, this.stage, this.under, this.readout, this.side));
  }

  hours(): number {
    return this.facts?.times.length ?? 0;
  }

  stride(): number {
    return this.daily ? 24 : 1;
  }

  recolour(): void {
    this.map?.recolour();
    void this.show(parse(location.hash));
  }

  destroy(): void {
    this.map?.remove();
  }

  async show(state: State): Promise<void> {
    const turn = ++this.latest;
    this.facts ??= await this.context.api.get<MapFacts>("map");
    this.detail ??= await this.context.detail;
    const what = shownOf(state, this.facts);
    if (turn !== this.latest) return;
    this.prepare(what);
    const [surface, wind, places, footprint] = await Promise.all([
      what.overlay === "footprint" ? null : this.field(what, what.layer, what.daily), what.wind ? this.field(what, "wind", false) : null,
      this.places(what), what.overlay === "footprint" ? chosenFootprint(this.context, what) : null,
    ]);
    if (turn !== this.latest) return;
    mapControls(this.controls, this.context, this.facts, what, footprint);
    this.timeline?.show(what.hour);
    this.paint(what, footprint?.field ?? surface, footprint?.grid ?? null, places);
    this.map?.wind(wind?.field ?? null, wind?.frame ?? 0, wind?.grid ?? null);
    fill(this.side, footprint && footprintPanel(footprint, this.context.vocabulary));
  }

  private prepare(what: Shown): void {
    if (!this.timeline || this.daily !== what.daily) {
      this.daily = what.daily;
      this.timeline = new Timeline(this.facts?.times ?? [], (hour) => this.context.go({ values: { hour } }, true), what.daily);
      this.element.querySelector(".timebar")?.remove();
      this.element.append(this.timeline.element);
    }
    if (this.map || !drawable()) return;
    this.map = new CanvasMap(this.stage, [...WEST_EAST], (id) => this.choose(id), (lon, lat) => this.read(lon, lat));
  }

  private choose(id: string): void {
    const footprint = location.hash.includes("overlay=footprint");
    this.context.go(footprint ? { values: { place: id } } : { view: "place", values: { place: id } });
  }

  /** The chunk of a day is fetched whole, so that stepping through it asks for nothing. */
  private async field(what: Shown, id: string, daily: boolean): Promise<{ field: Field; frame: number; grid: Grid } | null> {
    const layer = this.facts?.layers.find((one) => one.id === id), most = this.facts?.largest_frames ?? 24;
    if (!layer?.available || !layer.grid) return null;
    if (daily) {
      const day = layer.days.indexOf(what.day);
      if (day < 0) return null;
      const field = await this.context.api.frames("map/frames", { layer: id, step: "day", first: 0, count: Math.min(layer.days.length, most) });
      return { field, frame: day, grid: layer.grid };
    }
    if (what.hour >= layer.hours) return null;
    const first = Math.floor(what.hour / most) * most;
    const ask = (begin: number): Promise<Field> => this.context.api.frames("map/frames", { layer: id, first: begin, count: Math.min(most, layer.hours - begin) });
    const field = await ask(first);
    if (first + most < layer.hours && what.hour - first > most / 2) void ask(first + most).catch(() => undefined);
    return { field, frame: what.hour - first, grid: layer.grid };
  }

  private places(what: Shown): Promise<PlacesOnMap> {
    const averaging = what.daily ? "day" : "hour", { api } = this.context;
    if (what.overlay === "source") return api.get("map/sources", { group: what.group, by: what.by, pollutant: what.pollutant, averaging });
    return api.get("map/places", { pollutant: what.pollutant, averaging });
  }

  private paint(what: Shown, surface: { field: Field; frame: number; grid: Grid } | Field | null, grid: Grid | null, places: PlacesOnMap): void {
    const held = surface && "facts" in surface ? { field: surface, frame: 0, grid: grid as Grid } : surface;
    const layer = this.facts?.layers.find((one) => one.id === what.layer) as Layer | undefined;
    const scale = held ? this.scale(what, held.field, layer) : null;
    this.under_cursor = null;
    if (held && scale) {
      const { nx, ny } = held.field.facts, values = magnitude(held.field, held.frame);
      this.map?.show({ grid: held.grid, shape: { nx, ny }, values, scale });
      this.under_cursor = { grid: held.grid, values, nx, ny, unit: scale.unit };
    } else this.map?.show(null);
    const steps = indexSteps(indexRules, this.detail?.rules ?? "", what.pollutant);
    const spots = spotsOf(places, what, this.context.vocabulary, steps);
    this.map?.spots(spots);
    fill(this.under, scale && mapLegend(scale, this.context.vocabulary, this.detail?.rules ?? "", what),
      layer && !layer.available && what.overlay !== "footprint" && absent(layer.reason), !this.map && valuesTable(spots));
    this.stage.style.background = styled("--land");
  }

  private scale(what: Shown, field: Field, layer: Layer | undefined): Scale {
    const { unit, largest } = field.facts, id = what.overlay === "footprint" ? "footprint" : layer?.id ?? "";
    const shownUnit = what.overlay === "footprint" ? unit.replace("ug/m3", "µg/m³") : layer?.unit ?? unit;
    return scaleOf({ id, unit: shownUnit }, this.context.vocabulary, indexSteps(indexRules, this.detail?.rules ?? "", id), largest ?? 1, isDark());
  }

  private read(lon: number, lat: number): void {
    const held = this.under_cursor, grid = held?.grid;
    const inside = grid && lon >= grid.west && lon <= grid.east && lat >= grid.south && lat <= grid.north;
    if (!held || !grid || !inside) return fill(this.readout);
    const of = { ...grid, nx: held.nx, ny: held.ny };
    const value = sample(held.values, held.nx, held.ny, rowOf(of, lat), columnOf(of, lon));
    fill(this.readout, Number.isNaN(value) ? t("noValue") : `${shown(value, Math.abs(value) < 10 ? 1 : 0)} ${held.unit}`,
      h("small", {}, ` ${lon.toFixed(2)}°E ${lat.toFixed(2)}°N`));
  }
}

function magnitude(field: Field, frame: number): Float32Array {
  if (field.facts.components === 1) return field.grid(frame);
  const east = field.grid(frame, 0), north = field.grid(frame, 1);
  return east.map((value, cell) => Math.hypot(value, north[cell] ?? Number.NaN));
}

function shownOf(state: State, facts: MapFacts): Shown {
  const { values } = state, hour = whole(values.hour, 0, Math.max(facts.times.length - 1, 0), 0);
  const first = facts.layers.find((layer) => layer.available) ?? facts.layers[0];
  const layer = facts.layers.some((one) => one.id === values.layer) ? values.layer ?? "" : first?.id ?? "";
  const time = facts.times[hour];
  return {
    hour, layer, daily: values.step === "day", day: time ? dayOf(Date.parse(time) - 1) : "",
    pollutant: layer === "dust" ? "pm10" : ["pm25", "pm10", "so2", "no2", "co"].includes(layer) ? layer : "pm25",
    overlay: values.overlay === "source" ? "source" : values.overlay === "footprint" ? "footprint" : "forecast",
    group: values.group ?? "industry", by: values.by === "region" || values.by === "nearness" ? values.by : "sector",
    place: values.place ?? "", wind: values.wind === "on" || layer === "wind", time: time ?? "",
  };
}


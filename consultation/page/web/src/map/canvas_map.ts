/** The map itself: land, a painted field, arrows, places. */
import * as maplibregl from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { Field } from "../api/frames";
import type { Grid } from "../api/types";
import { h } from "../dom";
import { Arrows } from "./arrows";
import { baseStyle } from "./basemap";
import { Labels, type Spot } from "./labels";
import type { Scale } from "./scales";
import { paint } from "./surface";

maplibregl.setWorkerUrl(workerUrl);

export const drawable = (): boolean => document.createElement("canvas").getContext("webgl2") !== null;

export interface Surface { grid: Grid; shape: { nx: number; ny: number }; values: Float32Array; scale: Scale }

export class CanvasMap {
  private readonly canvas = h("canvas");
  private readonly map: maplibregl.Map;
  private readonly labels: Labels;
  private readonly arrows: Arrows;
  private surface: Surface | null = null;
  private ready = false;

  constructor(container: HTMLElement, bounds: [number, number, number, number], choose: (id: string) => void,
    hover: (lon: number, lat: number) => void) {
    this.map = new maplibregl.Map({
      container, style: baseStyle(), bounds, fitBoundsOptions: { padding: 40 }, attributionControl: false, dragRotate: false, pitchWithRotate: false,
      maxZoom: 11, minZoom: 4, renderWorldCopies: false, fadeDuration: 0, keyboard: false,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new maplibregl.ScaleControl({ unit: "metric" }), "bottom-right");
    this.map.getCanvas().setAttribute("tabindex", "-1");
    this.labels = new Labels(this.map, choose);
    this.arrows = new Arrows(this.map);
    this.map.on("mousemove", (event) => hover(event.lngLat.lng, event.lngLat.lat));
    this.map.on("click", (event) => hover(event.lngLat.lng, event.lngLat.lat));
    this.map.on("style.load", () => { this.ready = true; this.draw(); });
  }

  show(surface: Surface | null): void {
    this.surface = surface;
    if (this.ready) this.draw();
  }

  spots(spots: Spot[]): void {
    this.labels.show(spots);
  }

  wind(field: Field | null, frame: number, grid: Grid | null): void {
    this.arrows.show(field, frame, grid);
  }

  recolour(): void {
    this.ready = false;
    this.map.setStyle(baseStyle(), { diff: false });
    this.arrows.draw();
  }

  remove(): void {
    this.map.remove();
  }

  private draw(): void {
    const held = this.map.getSource<maplibregl.CanvasSource>("field"), surface = this.surface;
    if (!surface) {
      if (held) this.map.setLayoutProperty("field", "visibility", "none");
      return;
    }
    paint(this.canvas, surface.grid, surface.shape, surface.values, surface.scale);
    const { west, east, south, north } = surface.grid;
    const corners: [[number, number], [number, number], [number, number], [number, number]] = [[west, north], [east, north], [east, south], [west, south]];
    if (!held) {
      this.map.addSource("field", { type: "canvas", canvas: this.canvas, animate: false, coordinates: corners });
      this.map.addLayer({ id: "field", type: "raster", source: "field", paint: { "raster-opacity": 0.62, "raster-fade-duration": 0, "raster-resampling": "linear" } }, "ridges");
      return;
    }
    held.setCoordinates(corners);
    held.play();
    held.pause();
    this.map.setLayoutProperty("field", "visibility", "visible");
    this.map.triggerRepaint();
  }
}

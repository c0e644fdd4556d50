/** Wind as arrows over the map: where it blows to, longer when stronger. */
import type { Map as LibreMap } from "maplibre-gl";
import type { Field } from "../api/frames";
import type { Grid } from "../api/types";
import { h } from "../dom";
import { isDark } from "../theme";

const SPACING = 44, LONGEST = 34, FULL_SPEED = 8, CALM = 0.3;

export class Arrows {
  private readonly canvas = h("canvas", { class: "arrows", "aria-hidden": "true" });
  private shown: { field: Field; frame: number; grid: Grid } | null = null;

  constructor(private readonly map: LibreMap) {
    map.getCanvasContainer().append(this.canvas);
    map.on("move", () => this.draw());
    map.on("resize", () => this.draw());
  }

  show(field: Field | null, frame: number, grid: Grid | null): void {
    this.shown = field && grid ? { field, frame, grid } : null;
    this.draw();
  }

  draw(): void {
    const { clientWidth: width, clientHeight: height } = this.map.getContainer(), dense = window.devicePixelRatio || 1;
    this.canvas.width = width * dense;
    this.canvas.height = height * dense;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    const pen = this.canvas.getContext("2d");
    if (!pen || !this.shown) return;
    pen.scale(dense, dense);
    pen.strokeStyle = isDark() ? "rgba(240,246,252,.9)" : "rgba(12,30,50,.85)";
    pen.lineWidth = 1.6;
    pen.lineCap = "round";
    for (let y = SPACING / 2; y < height; y += SPACING) for (let x = SPACING / 2; x < width; x += SPACING) this.arrow(pen, x, y);
  }

  private arrow(pen: CanvasRenderingContext2D, x: number, y: number): void {
    const { field, frame, grid } = this.shown as NonNullable<typeof this.shown>, { lng, lat } = this.map.unproject([x, y]);
    if (lng < grid.west || lng > grid.east || lat < grid.south || lat > grid.north) return;
    const row = Math.min(Math.floor(((lat - grid.south) / (grid.north - grid.south)) * field.facts.ny), field.facts.ny - 1);
    const column = Math.min(Math.floor(((lng - grid.west) / (grid.east - grid.west)) * field.facts.nx), field.facts.nx - 1);
    const east = field.value(frame, 0, row, column), north = field.value(frame, 1, row, column), speed = Math.hypot(east, north);
    if (!(speed >= CALM)) return;
    const length = LONGEST * Math.min(Math.sqrt(speed / FULL_SPEED), 1.2), dx = (east / speed) * length, dy = (-north / speed) * length;
    const tip: [number, number] = [x + dx / 2, y + dy / 2], angle = Math.atan2(dy, dx);
    pen.beginPath();
    pen.moveTo(x - dx / 2, y - dy / 2);
    pen.lineTo(...tip);
    for (const turn of [2.6, -2.6]) {
      pen.moveTo(...tip);
      pen.lineTo(tip[0] + 7 * Math.cos(angle + turn), tip[1] + 7 * Math.sin(angle + turn));
    }
    pen.stroke();
  }
}

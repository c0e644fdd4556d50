/** A field painted on a canvas whose rows are even in the Mercator projection, as the map stretches them. */
import type { Grid } from "../api/types";
import { bandColours, bandOf, type Scale } from "./scales";

const FINER = 8;
/** How opaque clean air is: the land is to be seen through it. */
const CLEAN = 80;

const mercator = (lat: number): number => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
const latitude = (y: number): number => (Math.atan(Math.exp(y)) * 360) / Math.PI - 90;

/** Where a latitude lies among the rows of cell centres, from the south. */
export function rowOf(grid: Grid, lat: number): number {
  return ((lat - grid.south) / (grid.north - grid.south)) * grid.ny - 0.5;
}

export function columnOf(grid: Grid, lon: number): number {
  return ((lon - grid.west) / (grid.east - grid.west)) * grid.nx - 0.5;
}

/** Bilinear between cell centres; a missing neighbour leaves the nearest cell. */
export function sample(values: Float32Array, nx: number, ny: number, row: number, column: number): number {
  const y = Math.min(Math.max(row, 0), ny - 1), x = Math.min(Math.max(column, 0), nx - 1);
  const j = Math.min(Math.floor(y), Math.max(ny - 2, 0)), i = Math.min(Math.floor(x), Math.max(nx - 2, 0));
  const v = y - j, u = x - i, at = (b: number, a: number): number => values[Math.min(b, ny - 1) * nx + Math.min(a, nx - 1)] ?? Number.NaN;
  const found = (1 - v) * ((1 - u) * at(j, i) + u * at(j, i + 1)) + v * ((1 - u) * at(j + 1, i) + u * at(j + 1, i + 1));
  return Number.isNaN(found) ? at(Math.round(y), Math.round(x)) : found;
}

export function paint(canvas: HTMLCanvasElement, grid: Grid, shape: { nx: number; ny: number }, values: Float32Array, scale: Scale): void {
  const width = Math.min(shape.nx * FINER, 1400), height = Math.min(shape.ny * FINER, 900);
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const image = pen.createImageData(width, height), colours = bandColours(scale);
  const top = mercator(grid.north), bottom = mercator(grid.south), of = { ...grid, ...shape };
  for (let y = 0; y < height; y++) {
    const row = rowOf(of, latitude(top + ((y + 0.5) / height) * (bottom - top)));
    for (let x = 0; x < width; x++) {
      const band = bandOf(scale, sample(values, shape.nx, shape.ny, row, ((x + 0.5) / width) * shape.nx - 0.5));
      const colour = colours[Math.min(band, colours.length - 1)];
      if (band < 0 || !colour) continue;
      const at = 4 * (y * width + x);
      image.data[at] = colour[0];
      image.data[at + 1] = colour[1];
      image.data[at + 2] = colour[2];
      image.data[at + 3] = scale.official && band === 0 ? CLEAN : 255;
    }
  }
  pen.putImageData(image, 0, 0);
}

/** The land beneath: relief, crests, lakes and a graticule of configs/map.yaml. No tile, no boundary, no call to anywhere. */
import type { StyleSpecification } from "maplibre-gl";
import { sketch } from "virtual:shipped-facts";
import type { Ring } from "../shipped";
import { isDark } from "../theme";

type Feature = GeoJSON.Feature;
const feature = (geometry: GeoJSON.Geometry, properties: Record<string, number | string> = {}): Feature => ({ type: "Feature", geometry, properties });
const collection = (features: Feature[]): GeoJSON.FeatureCollection => ({ type: "FeatureCollection", features });
const KM_PER_DEGREE = 111.2;

function disc(lon: number, lat: number, area: number): Ring {
  const radius = Math.sqrt(area / Math.PI) / KM_PER_DEGREE;
  return Array.from({ length: 33 }, (_, index) => {
    const angle = (index / 32) * 2 * Math.PI;
    return [lon + (radius * Math.cos(angle)) / Math.cos((lat * Math.PI) / 180), lat + radius * Math.sin(angle)];
  });
}

function graticule(): Feature[] {
  const lines: Feature[] = [];
  for (let lon = 74; lon <= 98; lon += sketch.graticule_deg) lines.push(feature({ type: "LineString", coordinates: [[lon, 34], [lon, 50]] }));
  for (let lat = 34; lat <= 50; lat += sketch.graticule_deg) lines.push(feature({ type: "LineString", coordinates: [[74, lat], [98, lat]] }));
  return lines;
}

const relief = collection(sketch.relief.map((part) => feature({ type: "Polygon", coordinates: part.rings }, { above: part.above_m })));
const lakes = collection(sketch.lakes.map((lake) => feature({ type: "Polygon", coordinates: [disc(lake.lon, lake.lat, lake.area_km2)] })));
const ridges = collection(sketch.ridges.map((ridge) => feature({ type: "LineString", coordinates: ridge.line })));

const LIGHT = { land: "#f4f2ea", low: "#e6e0cf", middle: "#d9d0b8", high: "#c9bea0", water: "#a9c6dd", line: "#b9b3a2", crest: "#84795c" };
const DARK = { land: "#171c20", low: "#22282b", middle: "#2d3333", high: "#3a403d", water: "#24435c", line: "#343c44", crest: "#7d8578" };

export function baseStyle(): StyleSpecification {
  const ink = isDark() ? DARK : LIGHT;
  return {
    version: 8,
    sources: {
      relief: { type: "geojson", data: relief }, lakes: { type: "geojson", data: lakes },
      ridges: { type: "geojson", data: ridges }, graticule: { type: "geojson", data: collection(graticule()) },
    },
    layers: [
      { id: "land", type: "background", paint: { "background-color": ink.land } },
      { id: "relief", type: "fill", source: "relief", paint: {
        "fill-color": ["match", ["get", "above"], 1000, ink.low, 2000, ink.middle, ink.high], "fill-antialias": true } },
      { id: "lakes", type: "fill", source: "lakes", paint: { "fill-color": ink.water } },
      { id: "graticule", type: "line", source: "graticule", paint: { "line-color": ink.line, "line-width": 0.5, "line-opacity": 0.6 } },
      { id: "ridges", type: "line", source: "ridges", paint: { "line-color": ink.crest, "line-width": 1.6, "line-dasharray": [3, 2] } },
    ],
  };
}

/** Measured and forecast at a place: quantile bands, median, the model's own course, earlier forecasts. */
import type { Issue, Place } from "../api/types";
import { styled } from "../colours";
import { named, t } from "../language";
import { shown } from "../numbers";
import { shownHour } from "../time";
import { axis, tooltip, type Option } from "./chart";
import { points, shownAt, timeAxis, type Point } from "./time_axis";

const HISTORY = { hour: 72, day: 14 }, PALER = 12;
const BANDS: [number, number, number][] = [[0.1, 0.9, 0.16], [0.25, 0.75, 0.26]];

interface Line { type: "line"; [key: string]: unknown }

const line = (name: string, data: Point[], extra: object = {}): Line => ({ type: "line", name, data, showSymbol: false, ...extra });

function bands(place: Place, colour: string): Line[] {
  const of = (level: number): Point[] | null => {
    const found = place.quantiles.find((one) => Math.abs(one.quantile - level) < 0.011);
    return found ? points(place.times, found.values) : null;
  };
  return BANDS.flatMap(([lower, upper, opacity]) => {
    const low = of(lower), high = of(upper), name = t("band", { low: 100 * lower, high: 100 * upper });
    if (!low || !high) return [];
    const rise = high.map(([at, value], index): Point => [at, value === null ? null : value - (low[index]?.[1] ?? value)]);
    const shared = { stack: name, symbol: "none", lineStyle: { width: 0 }, silent: true, stackStrategy: "all" };
    return [line("", low, shared), line(name, rise, { ...shared, areaStyle: { color: colour, opacity }, itemStyle: { color: mixed(colour, 2.2 * opacity) } })];
  });
}

function mixed(colour: string, share: number): string {
  return `color-mix(in srgb, ${colour} ${Math.round(100 * share)}%, transparent)`;
}

/** Earlier forecasts, each by its own name: the newest the strongest, the older ones paler and thinner. */
function fan(issues: Issue[], daily: boolean): Line[] {
  const colour = styled("--stamp"), back = styled("--card");
  return issues.map((issue, index) => {
    const own = `color-mix(in srgb, ${colour} ${Math.max(100 - PALER * index, 30)}%, ${back})`;
    return line(issueName(issue), points(issue.times, issue.median), {
      lineStyle: { width: index === 0 ? 2.2 : 1.6, color: own, type: index % 2 ? "dotted" : "dashed" }, itemStyle: { color: own }, showSymbol: daily, symbol: "triangle", symbolSize: 6,
    });
  });
}

const issueName = (issue: Issue): string => t("issuedAt", { time: shownHour(issue.reference_time) });

export function seriesOption(place: Place, issues: Issue[], hour: number | null): Option {
  const daily = place.averaging === "day", colour = styled("--chart-line"), ink = styled("--ink-main");
  const past = place.measured, from = past ? Math.max(past.times.length - HISTORY[place.averaging], 0) : 0;
  const measured = past ? points(past.times.slice(from), past.values.slice(from)) : [];
  const ahead = points(place.times, place.median), marks = marked(place, hour, ink);
  const begun = measured.length ? [] : issues.map((issue) => Date.parse(issue.times[0] ?? ""));
  const first = Math.min(measured[0]?.[0] ?? Infinity, ahead[0]?.[0] ?? Infinity, ...begun), last = ahead.at(-1)?.[0] ?? first;
  const data = [
    ...bands(place, colour),
    line(t("median"), ahead, { lineStyle: { width: 2.6, color: colour }, itemStyle: { color: colour }, showSymbol: daily, symbolSize: 7, markLine: marks }),
    line(t("measured"), measured, { lineStyle: { width: 2.2, color: ink }, itemStyle: { color: ink }, showSymbol: daily, symbolSize: 7 }),
    ...(place.model ? [line(t("modelRaw"), points(place.model.times, place.model.values), { lineStyle: { width: 1.6, type: "dashed", color: styled("--alert") }, itemStyle: { color: styled("--alert") } })] : []),
    ...fan(issues, daily),
  ];
  return {
    grid: { left: 8, right: 16, top: 30, bottom: 6, containLabel: true }, xAxis: timeAxis(first, last, daily),
    yAxis: axis({ type: "value", name: place.unit, min: 0 }), dataZoom: [{ type: "inside", zoomOnMouseWheel: "ctrl" }],
    tooltip: tooltip({ formatter: (items: unknown) => described(items, place) }), series: data,
  };
}

function marked(place: Place, hour: number | null, ink: string): object {
  const at = [{ xAxis: Date.parse(place.reference_time), name: t("nowLine") }];
  const time = hour === null ? undefined : place.times[hour];
  if (time) at.push({ xAxis: Date.parse(time), name: "" });
  return { silent: true, symbol: "none", lineStyle: { color: ink, type: "solid", width: 1 }, label: { formatter: "{b}", color: ink, position: "end" }, data: at };
}

function described(items: unknown, place: Place): string {
  const list = items as { value: Point; seriesName: string }[], at = list[0]?.value[0];
  if (at === undefined) return "";
  const daily = place.averaging === "day", decimals = place.unit === "mg/m³" ? 1 : 0, lines = [`<b>${shownAt(at, daily)}</b>`];
  const index = place.times.findIndex((time) => Date.parse(time) === at), seen = new Set<string>();
  for (const one of list) {
    if (!one.seriesName || one.value[1] === null || seen.has(one.seriesName) || one.seriesName.includes("%")) continue;
    seen.add(one.seriesName);
    lines.push(`${one.seriesName}: <b>${shown(one.value[1], decimals)}</b> ${place.unit}`);
  }
  if (index >= 0) for (const quantile of [[0.1, 0.9], [0.25, 0.75]]) {
    const [low, high] = quantile.map((level) => place.quantiles.find((one) => Math.abs(one.quantile - (level ?? 0)) < 0.011)?.values[index]);
    if (low !== undefined && high !== undefined) lines.push(`${t("band", { low: 100 * (quantile[0] ?? 0), high: 100 * (quantile[1] ?? 0) })}: ${shown(low, decimals)}–${shown(high, decimals)}`);
  }
  if (index >= 0) lines.push(`AQI ${shown(place.index.aqi[index])} (${shown(place.index.aqi_low[index])}–${shown(place.index.aqi_high[index])})`);
  return lines.join("<br>");
}

export function seriesLabel(place: Place): string {
  return `${named(place)} ${t("series")} (${place.unit})`;
}

/** Contributions stacked to the published number. */
import type { Contributions } from "../api/types";
import { groupColour, styled } from "../colours";
import { named, t } from "../language";
import { shown } from "../numbers";
import { axis, tooltip, type Option } from "./chart";
import { points, shownAt, timeAxis } from "./time_axis";

const LEAST_SHARE = 0.05, HALF_DAY = 43_200_000;

export function stackedOption(held: Contributions, daily: boolean, hour: number | null): Option {
  const groups = held.groups.filter((group) => Math.abs(group.share ?? 0) >= LEAST_SHARE);
  const data = groups.map((group, index) => {
    const colour = groupColour(group.id, index), common = { name: named(group), stack: "sum", itemStyle: { color: colour }, data: points(held.times, group.values) };
    return daily ? { ...common, type: "bar", barWidth: "60%" } : { ...common, type: "line", symbol: "none", lineStyle: { width: 0 }, areaStyle: { color: colour, opacity: 0.9 } };
  });
  const published = { type: "line", name: t("published"), data: points(held.times, held.published), symbol: daily ? "circle" : "none", symbolSize: 6,
    lineStyle: { width: 2, color: styled("--ink-main") }, itemStyle: { color: styled("--ink-main") }, z: 5, markLine: mark(held, hour) };
  const first = Date.parse(held.times[0] ?? ""), last = Date.parse(held.times.at(-1) ?? ""), pad = daily ? HALF_DAY : 0;
  return {
    grid: { left: 8, right: 16, top: 30, bottom: 6, containLabel: true },
    xAxis: timeAxis(first - pad, last + pad, daily), yAxis: axis({ type: "value", name: held.unit }),
    tooltip: tooltip({ formatter: (items: unknown) => described(items, held, daily) }), series: [...data, published],
  };
}

function mark(held: Contributions, hour: number | null): object {
  const time = hour === null ? undefined : held.times[hour];
  return { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: styled("--ink-main"), type: "solid", width: 1 }, data: time ? [{ xAxis: Date.parse(time) }] : [] };
}

function described(items: unknown, held: Contributions, daily: boolean): string {
  const list = items as { value: [number, number | null]; seriesName: string; marker: string }[], at = list[0]?.value[0];
  if (at === undefined) return "";
  const total = held.published[held.times.findIndex((time) => Date.parse(time) === at)] ?? null;
  const rows = list.filter((one) => one.value[1] !== null && one.value[1] !== 0).sort((a, b) => (b.value[1] ?? 0) - (a.value[1] ?? 0));
  return [`<b>${shownAt(at, daily)}</b>`, ...rows.map((one) => {
    const share = total ? ` (${Math.round((100 * (one.value[1] ?? 0)) / total)}%)` : "";
    return `${one.marker}${one.seriesName}: <b>${shown(one.value[1], 1)}</b>${one.seriesName === t("published") ? "" : share}`;
  })].join("<br>");
}

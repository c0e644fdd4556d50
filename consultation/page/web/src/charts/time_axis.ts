/** An axis of Beijing time. Its numbers are milliseconds of Greenwich, written as Beijing's clock. */
import { beginOfDay, dayOf, shownDay, shownHour } from "../time";
import { styled } from "../colours";
import { axis, rem } from "./chart";

const DAY = 86_400_000;

export type Point = [number, number | null];

export function points(times: string[], values: (number | null)[]): Point[] {
  return times.map((time, index) => [Date.parse(time), values[index] ?? null]);
}

/** Ticks at the beginning of Beijing days; `custom` ticks need ECharts 6. */
export function timeAxis(first: number, last: number, daily: boolean): object {
  const begin = beginOfDay(dayOf(first)), days: number[] = [];
  for (let day = begin; day <= last + DAY; day += DAY) if (day >= first - DAY / 2 && day <= last + DAY / 2) days.push(day);
  return axis({
    type: "value", min: first, max: last, splitLine: { show: !daily, lineStyle: { color: styled("--chart-grid") } },
    axisLabel: { customValues: days, hideOverlap: true, align: daily ? "center" : "left",
      formatter: (value: number) => shownDay(dayOf(value)), color: styled("--ink-quiet"), fontSize: 0.82 * rem() },
    axisTick: { show: true, customValues: days },
  });
}

export function shownAt(value: number, daily: boolean): string {
  return daily ? shownDay(dayOf(value)) : shownHour(value);
}

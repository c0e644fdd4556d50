/** The air above a place: its profile at an hour, and the course of mixing height and inversion. */
import type { Sounding, Vocabulary } from "../api/types";
import { styled } from "../colours";
import { language, named, t } from "../language";
import { shown } from "../numbers";
import { axis, tooltip, type Option } from "./chart";
import { points, shownAt, timeAxis } from "./time_axis";

const TOP_M = 2500;
const WINDS = { zh: ["北", "东北", "东", "东南", "南", "西南", "西", "西北"], en: ["N", "NE", "E", "SE", "S", "SW", "W", "NW"] };

export function windName(from: number | null): string {
  return from === null ? "" : WINDS[language()][Math.round(from / 45) % 8] ?? "";
}

export function profileOption(held: Sounding): Option {
  const to = (values: Sounding["height"]): [number | null, number | null][] =>
    held.height.map((height, index): [number | null, number | null] => [values[index] ?? null, height]).filter((pair) => (pair[1] ?? 0) <= TOP_M);
  const mixing = held.course.boundary_layer_height[held.hour] ?? null;
  const base = held.course.inversion_base[held.hour] ?? null, depth = held.course.inversion_depth[held.hour] ?? null;
  const area = base !== null && depth ? [[{ yAxis: base, name: t("inversion") }, { yAxis: Math.min(base + depth, TOP_M) }]] : [];
  const lineOf = (name: string, values: Sounding["height"], colour: string, dashed = false): object => ({
    type: "line", name, data: to(values), symbolSize: 6, itemStyle: { color: colour }, lineStyle: { color: colour, width: 2.4, type: dashed ? "dashed" : "solid" },
  });
  return {
    grid: { left: 8, right: 24, top: 30, bottom: 22, containLabel: true },
    xAxis: axis({ type: "value", name: "°C", scale: true, nameLocation: "middle", nameGap: 24 }), yAxis: axis({ type: "value", name: `${t("height")} m`, max: TOP_M, min: 0, nameTextStyle: { align: "left", color: styled("--ink-quiet") } }),
    tooltip: tooltip({ trigger: "item", formatter: (item: { value: [number, number]; seriesName: string }) => levelText(held, item.value[1]) }),
    series: [
      { ...lineOf(t("temperature"), held.temperature, "#d5450f"),
        markArea: { silent: true, itemStyle: { color: "#e69f00", opacity: 0.2 }, label: { color: styled("--ink-main"), position: "insideRight" }, data: area },
        markLine: { silent: true, symbol: "none", lineStyle: { color: styled("--chart-line"), width: 2 }, label: { formatter: t("mixingHeight"), position: "insideEndTop", color: styled("--ink-main") }, data: mixing === null ? [] : [{ yAxis: mixing }] } },
      lineOf(t("dewPoint"), held.dew_point, "#009e73", true),
    ],
  };
}

function levelText(held: Sounding, height: number): string {
  const at = held.height.indexOf(height), pick = (values: Sounding["height"]): number | null => values[at] ?? null;
  return [`<b>${shown(height)} m</b> ${shown(pick(held.pressure))} hPa`, `${t("temperature")} ${shown(pick(held.temperature), 1)} °C`, `${t("dewPoint")} ${shown(pick(held.dew_point), 1)} °C`,
    `${t("humidity")} ${shown(pick(held.relative_humidity))}%`, t("windFrom", { from: windName(pick(held.wind_from)), speed: shown(pick(held.wind_speed), 1) })].join("<br>");
}

export function mixingOption(held: Sounding, hour: number, vocabulary: Vocabulary): Option {
  const { course } = held, first = Date.parse(course.times[0] ?? ""), last = Date.parse(course.times.at(-1) ?? ""), blue = styled("--chart-line");
  const time = course.times[hour];
  return {
    grid: { left: 8, right: 8, top: 30, bottom: 6, containLabel: true }, xAxis: timeAxis(first, last, false),
    yAxis: [axis({ type: "value", name: "m", min: 0 }), axis({ type: "value", name: "K", min: 0, splitLine: { show: false } })],
    tooltip: tooltip({ formatter: (items: unknown) => courseText(items, held, vocabulary) }),
    series: [
      { type: "line", name: t("mixingHeight"), data: points(course.times, course.boundary_layer_height), symbol: "none", lineStyle: { width: 2.4, color: blue }, itemStyle: { color: blue }, areaStyle: { color: blue, opacity: 0.15 },
        markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: styled("--ink-main"), type: "solid", width: 1 }, data: time ? [{ xAxis: Date.parse(time) }] : [] } },
      { type: "line", name: t("inversionStrength"), yAxisIndex: 1, data: points(course.times, course.inversion_strength), symbol: "none", lineStyle: { width: 2, color: "#d5450f", type: "dashed" }, itemStyle: { color: "#d5450f" } },
    ],
  };
}

function courseText(items: unknown, held: Sounding, vocabulary: Vocabulary): string {
  const at = (items as { value: [number, number | null] }[])[0]?.value[0], { course } = held;
  const index = course.times.findIndex((time) => Date.parse(time) === at), grade = vocabulary.dispersion_grades.find((one) => one.grade === course.grade[index]);
  return [`<b>${shownAt(at ?? 0, false)}</b>`, `${t("mixingHeight")} ${shown(course.boundary_layer_height[index])} m`, `${t("inversionStrength")} ${shown(course.inversion_strength[index], 1)} K`,
    `${t("ventilation")} ${shown(course.ventilation_index[index])} m²/s`, t("windFrom", { from: windName(course.wind_from[index] ?? null), speed: shown(course.wind_speed[index], 1) }), `${t("gradeWord")} ${course.grade[index] ?? "—"} ${grade ? named(grade) : ""}`].join("<br>");
}

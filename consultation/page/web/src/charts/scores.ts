/** A score by lead, every model beside persistence. */
import type { Names, Verification } from "../api/types";
import { styled } from "../colours";
import { named, t } from "../language";
import { shown } from "../numbers";
import type { Word } from "../words";
import { axis, tooltip, type Option } from "./chart";

export interface Score extends Names { id: string; better: Word; decimals: number }

export const SCORES: Score[] = [
  { id: "mae", chinese: "平均绝对误差 MAE", english: "Mean absolute error", better: "betterLow", decimals: 1 },
  { id: "bias", chinese: "偏差", english: "Bias", better: "betterZero", decimals: 1 },
  { id: "coverage80", chinese: "80% 范围覆盖率", english: "Coverage of the 80 % range", better: "nominal80", decimals: 2 },
  { id: "correlation", chinese: "相关系数", english: "Correlation", better: "betterHigh", decimals: 2 },
  { id: "skill_mae", chinese: "相对持续性的技巧", english: "Skill against persistence", better: "betterHigh", decimals: 2 },
  { id: "level_hit", chinese: "级别准确率", english: "Level right", better: "betterHigh", decimals: 2 },
  { id: "range_hit", chinese: "范围命中率", english: "Range right", better: "betterHigh", decimals: 2 },
  { id: "primary_hit", chinese: "首要污染物准确率", english: "Primary pollutant right", better: "betterHigh", decimals: 2 },
  { id: "csi200", chinese: "重污染 TS 评分", english: "Threat score above 200", better: "betterHigh", decimals: 2 },
];

const LOOKS: Record<string, { colour: string; type: "solid" | "dashed" | "dotted"; width: number }> = {
  persistence: { colour: "#d5450f", type: "dashed", width: 2.2 }, climatology: { colour: "#9aa55c", type: "dotted", width: 2.2 },
};
const OTHERS = ["#009e73", "#cc79a7", "#e69f00", "#8c6bb1"];

export function scoresOption(held: Verification, score: Score): Option {
  const series = held.models.filter((model) => model.scores[score.id]?.some((value) => value !== null)).map((model, index) => {
    const look = model.model === "published" ? { colour: styled("--chart-line"), type: "solid" as const, width: 3 } : LOOKS[model.model] ?? { colour: OTHERS[index % OTHERS.length] ?? "#888888", type: "solid" as const, width: 1.6 };
    return { type: "line", name: named(model), data: model.scores[score.id], symbolSize: 6, lineStyle: { color: look.colour, type: look.type, width: look.width }, itemStyle: { color: look.colour } };
  });
  return {
    grid: { left: 8, right: 12, top: 26, bottom: 4, containLabel: true },
    xAxis: axis({ type: "category", data: held.lead_hours.map((_, index) => t("leadDays", { day: index + 1 })) }),
    yAxis: axis({ type: "value", name: ["mae", "bias"].includes(score.id) ? held.unit : "", scale: score.id === "coverage80" }),
    tooltip: tooltip({ valueFormatter: (value: number | null) => shown(value, score.decimals) }), series,
  };
}

/** Colours: the official ones of the index, ramps for the map, and letters that can be read on them. */
import { h } from "./dom";
import { language } from "./language";
import type { Level, Vocabulary } from "./api/types";

export function rgb(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function luminance(colour: string): number {
  const [red, green, blue] = rgb(colour).map((one) => {
    const part = one / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Black or white, whichever stands out more (WCAG 2 contrast). */
export function inkOn(colour: string): "#000000" | "#ffffff" {
  const light = luminance(colour);
  return (light + 0.05) / 0.05 > 1.05 / (light + 0.05) ? "#000000" : "#ffffff";
}

export function levelOf(vocabulary: Vocabulary, number: number): Level | undefined {
  return vocabulary.levels.find((level) => level.number === number);
}

export function levelOfIndex(vocabulary: Vocabulary, aqi: number): Level | undefined {
  return vocabulary.levels.find((level) => aqi <= level.highest) ?? vocabulary.levels.at(-1);
}

export function levelName(level: Level | undefined): string {
  return level ? (language() === "zh" ? level.category : level.english) : "—";
}

const SHORT = { zh: ["优", "良", "轻度", "中度", "重度", "严重"], en: ["excellent", "good", "light", "moderate", "heavy", "severe"] };

/** One word, where there is no room for the whole name. */
export function levelWord(level: Level | undefined): string {
  return level ? SHORT[language()][level.number - 1] ?? "" : "—";
}

/** Paint for an element that shows a level; the caller writes the number or name in it. */
export function levelPaint(level: Level | undefined): Record<string, string> {
  return level ? { "--paint": level.colour, "--ink": inkOn(level.colour) } : {};
}

export function levelChip(level: Level | undefined, text: string): HTMLElement {
  return h("span", { class: level ? "chip painted" : "chip", style: levelPaint(level) }, text);
}

/** Groups of sources, told apart also by those who see colours differently (after Okabe and Ito, lightened). */
export const GROUP_COLOURS: Record<string, string> = {
  power: "#0072b2", industry: "#d55e00", heating: "#cc79a7", scattered_coal: "#8c6bb1", traffic: "#e69f00", other: "#9aa55c",
  urumqi: "#0072b2", "chang-shi": "#e69f00", "kui-du-wu": "#009e73", zhundong: "#cc79a7", elsewhere: "#9aa55c",
  local: "#0072b2", regional: "#56b4e9", transported: "#e69f00", undivided: "#9aa55c", all: "#56b4e9",
  background: "#7a8a99", boundary: "#7a8a99", dust: "#c49a3f", natural: "#c49a3f", initial: "#b0bac2", unattributed: "#c3c9cf",
};
const OTHERS = ["#0072b2", "#d55e00", "#009e73", "#e69f00", "#cc79a7", "#56b4e9", "#8c6bb1", "#9aa55c", "#c49a3f", "#7a8a99"];

export function groupColour(id: string, index: number): string {
  return GROUP_COLOURS[id] ?? OTHERS[index % OTHERS.length] ?? "#7a8a99";
}

/** A colour of the style sheet as it is now. */
export function styled(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

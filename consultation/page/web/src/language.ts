/** Chinese or English: which one is shown, and names in it. */
import type { Names } from "./api/types";
import { WORDS, type Word } from "./words";

export type Language = "zh" | "en";
const KEPT = "bogda-language";
let shown: Language = kept(KEPT) === "en" ? "en" : "zh";

/** What this browser keeps under a name; browsers that keep nothing are no fault. */
export function kept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    return;
  }
}

export function language(): Language {
  return shown;
}

export function setLanguage(wanted: Language): void {
  shown = wanted;
  keep(KEPT, wanted);
  if (typeof document !== "undefined") document.documentElement.lang = wanted === "zh" ? "zh-CN" : "en";
}

export function named(names: Names | null | undefined): string {
  if (!names) return "";
  return (shown === "zh" ? names.chinese : names.english) || names.chinese || names.english;
}

/** A word of the page; `{name}` in it is replaced. */
export function t(word: Word, values: Record<string, string | number> = {}): string {
  const text = WORDS[word][shown === "zh" ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Beijing time: eight hours before Greenwich the whole year, whatever the machine's own zone. */
import { language } from "./language";

const HOUR = 3_600_000, BEIJING = 8 * HOUR;
const WEEKDAYS = { zh: ["日", "一", "二", "三", "四", "五", "六"], en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] };
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export interface Clock { year: number; month: number; day: number; hour: number; minute: number; weekday: number }

export function beijing(instant: string | number): Clock {
  const at = new Date((typeof instant === "number" ? instant : Date.parse(instant)) + BEIJING);
  return {
    year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate(),
    hour: at.getUTCHours(), minute: at.getUTCMinutes(), weekday: at.getUTCDay(),
  };
}

const two = (value: number): string => String(value).padStart(2, "0");

/** The Beijing day of an instant, as 2026-11-21. */
export function dayOf(instant: string | number): string {
  const { year, month, day } = beijing(instant);
  return `${year}-${two(month)}-${two(day)}`;
}

/** Milliseconds at which a Beijing day begins. */
export function beginOfDay(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) - BEIJING;
}

function monthDay(month: number, day: number): string {
  return language() === "zh" ? `${month}月${day}日` : `${day} ${MONTHS[month - 1]}`;
}

export function shownDay(day: string): string {
  const { month, day: date } = beijing(beginOfDay(day));
  return monthDay(month, date);
}

export function shownWeekday(day: string): string {
  const { weekday } = beijing(beginOfDay(day));
  return language() === "zh" ? `周${WEEKDAYS.zh[weekday]}` : WEEKDAYS.en[weekday] ?? "";
}

/** An hour of the forecast, which is labelled with its end. */
export function shownHour(instant: string | number): string {
  const { month, day, hour } = beijing(instant);
  return language() === "zh" ? `${monthDay(month, day)} ${two(hour)}时` : `${monthDay(month, day)} ${two(hour)}:00`;
}

export function shownInstant(instant: string | number): string {
  const { year, month, day, hour, minute } = beijing(instant);
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
}

export function shownAge(hours: number): string {
  const zh = language() === "zh";
  if (hours < 1) return zh ? "不到1小时" : "under 1 hour";
  if (hours < 48) return zh ? `${Math.round(hours)}小时` : `${Math.round(hours)} hours`;
  return zh ? `${Math.round(hours / 24)}天` : `${Math.round(hours / 24)} days`;
}

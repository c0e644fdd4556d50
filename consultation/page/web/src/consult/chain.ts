/** The chain of questions, each with its evidence and what that rests on. */
import type { Consult, Evidence, Question } from "../api/types";
import type { Context } from "../context";
import { h } from "../dom";
import { language, named, t } from "../language";
import { DASH, pollutantOf, shown } from "../numbers";
import { absent } from "../parts";
import { VIEWS, type ViewName } from "../state";
import { shownDay } from "../time";

const DAY = /^\d{4}-\d{2}-\d{2}$/, HOUR = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/;

/** The questions as a list, and the evidence of the chosen one. */
export function questions(context: Context, held: Consult, chosen: string): HTMLElement[] {
  const at = Math.max(held.questions.findIndex((question) => question.id === chosen), 0), question = held.questions[at];
  const go = (index: number): void => { const next = held.questions[index]; if (next) context.go({ values: { question: next.id } }); };
  const list = h("ol", { class: "chain" }, held.questions.map((one, index) => h("li", {}, h("button", {
    type: "button", "aria-current": index === at ? "step" : null, class: one.answered ? null : "unanswered", onclick: () => go(index),
  }, h("span", { class: "ordinal" }, String(index + 1)), named(one)))));
  const turn = h("div", { class: "buttons" },
    h("button", { type: "button", disabled: at === 0, onclick: () => go(at - 1) }, `‹ ${t("previousQuestion")}`),
    h("button", { type: "button", disabled: at === held.questions.length - 1, onclick: () => go(at + 1) }, `${t("nextQuestion")} ›`));
  return question ? [h("nav", { class: "card", "aria-label": t("chain") }, list), h("div", { class: "stack" }, section(context, question, at + 1), turn)] : [];
}

function section(context: Context, question: Question, ordinal: number): HTMLElement {
  return h("section", { class: "card question", id: `question-${question.id}` },
    h("h2", {}, h("span", { class: "ordinal" }, String(ordinal)), named(question), !question.answered && h("small", { class: "quiet" }, t("noAnswer"))),
    h("div", { class: "evidences" }, question.evidence.map((one) => evidence(context, one))));
}

function evidence(context: Context, held: Evidence): HTMLElement {
  const cites = held.cites.map((one) => `${one.file}: ${one.variable}`).join("; ");
  const more = (VIEWS as readonly string[]).includes(held.view) ? held.view as ViewName : null;
  const place = held.rows.find((row) => typeof row.place === "string")?.place;
  return h("article", { class: "evidence" },
    h("h3", {}, named(held), more && !held.absent && h("a", { href: `#/${more}`, onclick: (event) => {
      event.preventDefault();
      context.go({ view: more, values: typeof place === "string" && more === "place" ? { place } : {} });
    } }, t(more), " ›")),
    held.absent ? absent(held.absent) : h("p", { class: "statement" }, named(held.statement)),
    held.rows.length > 0 && table(context, held),
    cites !== "" && !held.absent && h("p", { class: "cites" }, `${t("basis")}: ${cites}`));
}

function table(context: Context, held: Evidence): HTMLElement {
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": named(held) }, h("table", { class: "grid" },
    h("thead", {}, h("tr", {}, held.columns.map((column) => h("th", { scope: "col" }, named(column), column.unit && column.unit !== "1" ? h("small", { class: "quiet" }, ` ${column.unit}`) : null)))),
    h("tbody", {}, held.rows.map((row) => h("tr", {}, held.columns.map((column, index) => {
      const text = cellText(context, row[column.id], column.unit);
      return index === 0 ? h("th", { scope: "row" }, text) : h("td", {}, text);
    }))))));
}

/** A cell is text, a number, a truth value, null, a list of these, or names in both languages. */
export function cellText(context: Context, value: unknown, unit: string): string {
  if (value === null || value === undefined) return DASH;
  if (typeof value === "boolean") return language() === "zh" ? (value ? "是" : "否") : value ? "yes" : "no";
  if (typeof value === "number") return unit === "1" ? `${Math.round(100 * value)}%` : shown(value, Number.isInteger(value) ? 0 : Math.abs(value) < 1 ? 2 : 1);
  if (Array.isArray(value)) return value.map((one) => cellText(context, one, unit)).join(typeof value[0] === "number" ? " → " : "、") || DASH;
  if (typeof value === "object") return named(value as { chinese: string; english: string });
  const text = String(value);
  if (DAY.test(text)) return shownDay(text);
  if (HOUR.test(text)) return `${shownDay(text.slice(0, 10))} ${text.slice(11)}`;
  return context.vocabulary.pollutants.some((one) => one.id === text) ? pollutantOf(context.vocabulary, text).label : text;
}

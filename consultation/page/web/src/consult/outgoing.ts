/** What goes out when an act is confirmed: the exact words, level, counties and period, as they were read. */
import type { Names } from "../api/types";
import type { Context } from "../context";
import { h, type Child } from "../dom";
import { language, named, t } from "../language";
import { warningChip } from "../parts";
import { shownHour } from "../time";
import type { Word } from "../words";
import { who } from "./discussion";
import type { Notice, WarningTold } from "./warnings";

const ENDS = ["lifted", "cancelled"];

/** The notice that approving, issuing, lifting ... would send; `reason` is part of it where a warning ends. */
export function outgoing(context: Context, one: WarningTold, state: string, reason: HTMLTextAreaElement): Child[] {
  const draft = one.draft?.payload.notice, out = one.released?.payload.notice;
  if (ENDS.includes(state)) {
    const told = out ?? draft, ending = one.ending?.[state];
    if (!told) return [];
    return [frame(context, told, state === "lifted" ? t("toLift") : t("toCancel"), out && ending ? endingText(ending, reason) : [h("p", {}, t("neverWentOut"))], null, "measuresEnd")];
  }
  if (!draft) return [];
  const changes = out?.level && out.level.number !== draft.level.number ? h("p", {}, t("inForceNow"), " ", warningChip(context.vocabulary, out.level.number)) : null;
  const written = one.draft ? t("writtenBy", { who: who(one.draft), step: one.step }) : "";
  return [frame(context, draft, state === "approved" ? t("toApprove") : t("toGoOut"), [changes, passage(draft.text, draft.text_by_hand)], written)];
}

function frame(context: Context, told: Notice, title: string, text: Child[], written: string | null, measures: Word = "measuresOut"): HTMLElement {
  const counties = told.counties ?? [];
  return h("section", { class: "outgoing", "aria-label": title }, h("h3", {}, title),
    h("p", { class: "headline-out" }, warningChip(context.vocabulary, told.level.number), " ", h("b", {}, named(told.headline))), text,
    h("dl", {},
      row(t("countiesWord"), t("countiesOf", { area: named(told.area), count: counties.length, names: counties.map(named).join(language() === "zh" ? "、" : ", ") })),
      row(t("validity"), t("validFromTo", { from: shownHour(told.onset), to: shownHour(told.end) })),
      told.level.response && row(t("response"), told.level.response)),
    told.blocks.length > 0 && h("details", {}, h("summary", {}, t(measures, { count: told.blocks.reduce((sum, block) => sum + block.measures.length, 0) })),
      told.blocks.map((block) => [h("h4", {}, named(block)), h("ol", {}, block.measures.map((measure) => h("li", {}, named(measure))))])),
    written && h("p", { class: "quiet" }, written));
}

function row(name: string, value: string): HTMLElement {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

/** Both languages, whichever the page speaks: both go out. */
function passage(text: Names, byHand: string[] = []): HTMLElement[] {
  return [h("p", { class: "passage", lang: "zh-CN" }, text.chinese), h("p", { class: "passage", lang: "en" }, text.english),
    h("p", { class: "quiet" }, byHand.length ? t("textByHand") : t("textBuilt"))];
}

/** As the record ends it: with a full stop. */
function said(reason: string): string {
  return reason === "" || "。！？.!?".includes(reason.slice(-1)) ? reason : `${reason}。`;
}

function endingText(ending: Names, reason: HTMLTextAreaElement): HTMLElement[] {
  const why = h("span", { class: "typed" }), also = h("span", { class: "typed" });
  const follow = (): void => { why.textContent = said(reason.value.trim()) || `〔${t("reason")}〕`; also.textContent = ` ${why.textContent}`; };
  reason.addEventListener("input", follow);
  follow();
  return [h("p", { class: "passage", lang: "zh-CN" }, ending.chinese, why), h("p", { class: "passage", lang: "en" }, ending.english, also)];
}

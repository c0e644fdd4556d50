/** The text of a warning, written anew: level, period, words, reason. */
import type { Named, Names } from "../api/types";
import type { Context } from "../context";
import { h } from "../dom";
import { named, t } from "../language";
import { nameOf } from "../parts";
import { beijing } from "../time";
import { told } from "../telling";
import { ask, reasonField } from "./dialogue";
import type { WarningTold } from "./warnings";

const two = (value: number): string => String(value).padStart(2, "0");
const BEIJING_MS = 8 * 3_600_000;

/** An instant as a control for date and hour wants it, in Beijing time. */
export function localText(instant: string): string {
  const { year, month, day, hour } = beijing(instant);
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:00`;
}

/** And back: the instant in Greenwich time. */
export function instantOf(text: string): string {
  return new Date(Date.parse(`${text.slice(0, 16)}:00Z`) - BEIJING_MS).toISOString().replace(".000Z", "Z");
}

interface Texts { kinds: { id: string; blocks: Record<string, Record<string, string[]>> }[]; measures: Named[] }

function ticked(checked: boolean): HTMLInputElement {
  const tick = h("input", { type: "checkbox" });
  tick.checked = checked;
  return tick;
}

/** Measures that a block may hold for a kind of pollution, at whatever level. */
function choices(texts: Texts, kind: string, block: string): Named[] {
  const levels = Object.values(texts.kinds.find((one) => one.id === kind)?.blocks ?? {});
  const ids = new Set(levels.flatMap((level) => level[block] ?? []));
  return texts.measures.filter((measure) => ids.has(measure.id));
}

const LANGUAGES = ["chinese", "english"] as const;
type Text = Record<(typeof LANGUAGES)[number], HTMLTextAreaElement>;

/** The body follows what is chosen, language by language, until a person writes in it; then it stays his. */
class Body {
  readonly note = h("p", { class: "quiet", role: "status" });
  private readonly own: Set<string>;
  private latest = 0;

  constructor(readonly text: Text, byHand: string[] | undefined, private readonly built: () => Promise<Names>) {
    this.own = new Set(byHand ?? LANGUAGES);
    for (const one of LANGUAGES) text[one].addEventListener("input", () => { this.own.add(one); this.say(); });
    this.say();
  }

  async follow(): Promise<void> {
    const turn = ++this.latest;
    try {
      const built = await this.built();
      if (turn !== this.latest) return;
      for (const one of LANGUAGES) if (!this.own.has(one)) this.text[one].value = built[one];
      this.say();
    } catch (fault) { if (turn === this.latest) this.note.textContent = told(fault); }
  }

  restore(): void {
    this.own.clear();
    void this.follow();
  }

  /** What is sent: a language left empty is built where it is kept. */
  get sent(): Names {
    const of = (one: keyof Text): string => (this.own.has(one) ? this.text[one].value : "");
    return { chinese: of("chinese"), english: of("english") };
  }

  private say(): void { this.note.textContent = this.own.size ? t("bodyByHand") : t("bodyFollows"); }
}

export async function editDraft(context: Context, one: WarningTold, changed: () => void): Promise<void> {
  const notice = one.draft?.payload.notice;
  if (!notice) return;
  const { session, vocabulary } = context, { label, input } = reasonField();
  const level = h("select", { name: "level" }, vocabulary.warning_levels.filter((held) => held.number > 0).map((held) => h("option", { value: held.number, selected: held.number === one.level }, named(held))));
  const time = (name: string, value: string): HTMLInputElement => {
    const control = h("input", { type: "datetime-local", name, required: true, step: 3600 });
    control.value = localText(value);
    return control;
  };
  const area = (name: string, value: string, required: boolean): HTMLTextAreaElement => {
    const control = h("textarea", { name, maxlength: 5000, required });
    control.value = value;
    return control;
  };
  const onset = time("onset", notice.onset), end = time("end", notice.end);
  const chinese = area("chinese", notice.text.chinese, true), english = area("english", notice.text.english, false);
  const members = vocabulary.regions.find((region) => region.id === notice.area.id)?.places ?? [notice.area.id];
  const within = new Set(notice.counties?.map((county) => county.id) ?? members);
  const counties = members.map((id) => ({ id, tick: ticked(within.has(id)) }));
  const texts = await session.read<Texts>("warnings/texts");
  const blocks = notice.blocks.map((block) => ({ block, measures: choices(texts, notice.kind.id, block.id).map((measure) => ({ measure, tick: ticked(block.measures.some((one) => one.id === measure.id)) })) }));
  const ofLevel = texts.kinds.find((kind) => kind.id === notice.kind.id)?.blocks;
  level.addEventListener("change", () => { // measures of another level are not those of this one
    const colour = vocabulary.warning_levels.find((held) => held.number === Number(level.value))?.english.toLowerCase() ?? "";
    blocks.forEach(({ block, measures }) => measures.forEach(({ measure, tick }) => { tick.checked = ofLevel?.[colour]?.[block.id]?.includes(measure.id) ?? false; }));
  });
  const chosen = (): string[] => counties.filter(({ tick }) => tick.checked).map(({ id }) => id);
  const body = new Body({ chinese, english }, notice.text_by_hand, () => {
    const asked = new URLSearchParams([["level", level.value], ["onset", instantOf(onset.value)], ["end", instantOf(end.value)], ...chosen().map((id) => ["counties", id])]);
    return session.read<Names>(`warnings/${one.id}/text?${asked.toString()}`);
  });
  for (const control of [level, onset, end, ...counties.map(({ tick }) => tick)]) control.addEventListener("change", () => void body.follow());
  const field = (name: string, control: HTMLElement): HTMLElement => h("label", {}, h("span", {}, name), control);
  ask(`${t("editWarning")} ${one.id}`, [
    h("div", { class: "fields" }, field(t("levelWord"), level), h("span", {}), field(t("onset"), onset), field(t("expires"), end)), field(t("textChinese"), chinese), field(t("textEnglish"), english),
    h("div", { class: "row" }, body.note, h("button", { type: "button", "data-restore": "", onclick: () => body.restore() }, t("restoreBody"))),
    h("fieldset", {}, h("legend", {}, t("countiesWord")), counties.map(({ id, tick }) => h("label", { class: "tick" }, tick, named(nameOf(vocabulary, id))))),
    blocks.map(({ block, measures }) => h("fieldset", {}, h("legend", {}, named(block)), measures.map(({ measure, tick }) => h("label", { class: "tick" }, tick, h("span", {}, named(measure)))))), label,
  ], t("save"), async () => {
    await session.act("warnings/edit", { warning: one.id, step: one.step, draft: {
      kind: notice.kind.id, level: Number(level.value), onset: instantOf(onset.value), end: instantOf(end.value), text: body.sent, reason: input.value,
      counties: chosen(),
      measures: Object.fromEntries(blocks.map(({ block, measures }) => [block.id, measures.filter(({ tick }) => tick.checked).map(({ measure }) => measure.id)])),
    } });
    changed();
  });
}

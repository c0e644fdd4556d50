/** Warnings at the desk: propose, edit, approve, issue, update, downgrade, lift, cancel. */
import { Refused } from "../api/client";
import type { Named, Names, Proposal, Today } from "../api/types";
import type { Context } from "../context";
import { fill, h } from "../dom";
import { named, t } from "../language";
import { nameOf, warningChip } from "../parts";
import { shownHour } from "../time";
import type { Word } from "../words";
import { ask, reasonField } from "./dialogue";
import { who, type Entry } from "./discussion";
import { editDraft } from "./draft";
import { outgoing } from "./outgoing";

export interface Notice {
  headline: Names; level: { number: number; response: string | null }; area: Named; onset: string; end: string; kind: { id: string };
  text: Names; text_by_hand?: string[]; counties?: Named[]; blocks: (Named & { measures: Named[] })[];
}
export interface WarningTold {
  id: string; state: string; step: number; level: number; in_force: boolean; headline: Names | string | null; next: string[];
  draft: (Entry & { payload: { notice?: Notice; reason?: string } }) | null; released: (Entry & { payload: { notice?: Notice } }) | null; ending: Record<string, Names> | null; steps: (Entry & { transition: { after: string } | null })[];
}

const ACTS: Record<string, { path: string; word: Word; right: string }> = {
  edited: { path: "edit", word: "editWarning", right: "edit" }, approved: { path: "approve", word: "approve", right: "approve" }, issued: { path: "issue", word: "issue", right: "issue" },
  updated: { path: "update", word: "update", right: "update" }, downgraded: { path: "downgrade", word: "downgrade", right: "downgrade" },
  lifted: { path: "lift", word: "lift", right: "lift" }, cancelled: { path: "cancel", word: "cancelWarning", right: "cancel" },
};
export const STATES: Record<string, [string, string]> = {
  proposed: ["已提出", "proposed"], edited: ["已修改", "edited"], approved: ["已批准", "approved"], issued: ["已发布", "issued"], updated: ["已更新", "updated"],
  downgraded: ["已降级", "downgraded"], lifted: ["已解除", "lifted"], cancelled: ["已撤销", "cancelled"],
};

export function stateName(state: string): string {
  const names = STATES[state];
  return names ? named({ chinese: names[0], english: names[1] }) : state;
}

export class WarningDesk {
  readonly element = h("section", { class: "card" });

  constructor(private readonly context: Context, private readonly changed: () => void) {}

  async show(region: string, current: () => boolean): Promise<void> {
    const { session, api } = this.context;
    const [held, today] = await Promise.all([session.read<{ warnings: WarningTold[] }>("warnings?only_open=true"), api.get<Today>("today")]);
    const full = await Promise.all(held.warnings.map((one) => session.read<WarningTold>(`warnings/${one.id}`)));
    if (!current()) return;
    const proposals = today.warnings?.proposals.filter((one) => one.level.number > 0 && (one.area.id === region || one.area.scope === "region")) ?? [];
    const open = new Set(full.map((one) => one.draft?.payload.notice?.area.id));
    fill(this.element, h("h2", {}, t("warningActs")), full.length === 0 ? h("p", { class: "quiet" }, t("noOpenWarnings")) : full.map((one) => this.warning(one)),
      session.may("propose") && h("div", { class: "buttons" }, proposals.filter((one) => !open.has(one.area.id)).map((one) => this.propose(one))),
      h("p", { class: "quiet" }, t("twoPersons")));
  }

  private propose(one: Proposal): HTMLElement {
    const { session, api, vocabulary } = this.context;
    return h("button", { type: "button", "data-propose": one.area.id, onclick: () => ask(`${t("propose")} ${named(one.area)}`, [h("p", {}, warningChip(vocabulary, one.level.number), " ", named(one.reason))], t("propose"), async () => {
      await session.act("warnings/propose", { run: api.run.id, area: one.area.id });
      this.changed();
    }) }, `${t("propose")}: ${named(one.area)} `, warningChip(vocabulary, one.level.number));
  }

  private warning(one: WarningTold): HTMLElement {
    const { session, vocabulary } = this.context, notice = one.draft?.payload.notice;
    const headline = one.headline === null ? one.id : typeof one.headline === "string" ? one.headline : named(one.headline);
    const held = one.in_force && ["proposed", "edited", "approved"].includes(one.state); // the chip is the new text, the headline what still holds
    const acts = one.next.map((state) => ({ state, act: ACTS[state] })).filter(({ act }) => act && session.may(act.right));
    return h("article", { class: "warning", "data-warning": one.id },
      h("h3", {}, warningChip(vocabulary, one.level), h("span", {}, notice ? named(nameOf(vocabulary, notice.area.id)) : one.id), h("span", { class: "chip", "data-state": one.state }, stateName(one.state))),
      h("p", {}, held ? [t("inForce"), " "] : null, headline), notice && h("p", { class: "quiet" }, t("validFromTo", { from: shownHour(notice.onset), to: shownHour(notice.end) })),
      h("div", { class: "buttons" }, acts.map(({ state, act }) => act && h("button", { type: "button", class: ["approved", "issued"].includes(state) ? "main" : null, "data-act": act.path,
        onclick: () => (state === "edited" ? void editDraft(this.context, one, this.changed) : this.act(one, state, act.path, t(act.word))) }, t(act.word)))),
      one.released && h("p", { class: "quiet" }, t("noticePaper"), ["docx", "pdf", "html"].map((form) => [" ", h("a", { href: `api/warnings/${one.id}/notice?format=${form}`, "data-notice": form, download: form === "html" ? null : "" }, form.toUpperCase())]), " ", h("a", { href: `api/warnings/${one.id}/cap`, "data-notice": "cap" }, "CAP")),
      h("details", {}, h("summary", {}, t("steps")), h("ol", {}, one.steps.map((step) => h("li", {}, `${stateName(step.transition?.after ?? "")} · ${who(step)}`, step.payload.reason ? ` · ${String(step.payload.reason)}` : "")))));
  }

  private act(one: WarningTold, state: string, path: string, name: string): void {
    const { label, input } = reasonField();
    ask(t("confirmAct", { act: name, name: one.id }), [outgoing(this.context, one, state, input), label], name, async () => {
      try { await this.context.session.act(`warnings/${path}`, { warning: one.id, step: one.step, reason: input.value }); } catch (fault) {
        if (fault instanceof Refused && fault.status === 409) this.changed(); // it moved on since it was read: show how it stands
        throw fault;
      }
      this.changed();
    });
  }
}

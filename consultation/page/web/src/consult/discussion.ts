/** Notes, the agreement of both offices, the sign-off. */
import { Refused } from "../api/client";
import type { Names } from "../api/types";
import type { Context } from "../context";
import { fill, h } from "../dom";
import { named, t } from "../language";
import { roleName } from "../login";
import { told } from "../telling";
import { shownInstant } from "../time";

export interface Entry { sequence: number; actor: string; role: string; time: string; payload: Record<string, unknown>; anchor: string }
interface Standing { digest: string; signed: boolean; changed_since_signature: boolean; signature: Entry | null; agreements: Record<string, { current: boolean; entry: Entry }>; notes: Entry[] }

export class Discussion {
  readonly element = h("div", { class: "stack" });

  private refused = "";

  constructor(private readonly context: Context, private readonly changed: () => void) {}

  async show(current: () => boolean): Promise<void> {
    const standing = await this.context.session.read<Standing>(`discussion/${this.context.api.run.id}`);
    if (!current()) return;
    const draft = this.element.querySelector("textarea")?.value ?? "";
    fill(this.element, this.notes(standing, draft), this.agreement(standing));
  }

  private notes(standing: Standing, draft: string): HTMLElement {
    const { session, api } = this.context, text = h("textarea", { "aria-label": t("writeNote"), placeholder: t("writeNote"), required: true, maxlength: 5000 });
    text.value = draft;
    const fault = h("p", { class: "wrong", role: "alert" });
    return h("section", { class: "card" }, h("h2", {}, t("notes")),
      standing.notes.length === 0 ? h("p", { class: "quiet" }, t("noNotes")) : standing.notes.map((note) => h("div", { class: "note" }, h("div", { class: "who" }, who(note)), String(note.payload.text ?? ""))),
      session.may("note") && h("form", { onsubmit: (event) => {
        event.preventDefault();
        session.act("discussion/notes", { run: api.run.id, text: text.value }).then(() => { text.value = ""; this.changed(); }, (wrong: unknown) => { fault.textContent = told(wrong); });
      } }, text, fault, h("button", { type: "submit" }, t("save"))));
  }

  private agreement(standing: Standing): HTMLElement {
    const { session, api } = this.context, fault = h("p", { class: "wrong", role: "alert" }, this.refused);
    this.refused = "";
    const act = (path: string, body: object): void => { session.act(path, body).then(() => this.changed(), (wrong: unknown) => {
      if (!(wrong instanceof Refused && wrong.status === 409)) { fault.textContent = told(wrong); return; }
      this.refused = told(wrong); // others acted since it was read: show how it stands, and why nothing was done
      this.changed();
    }); };
    const offices = Object.entries(session.me.offices).map(([office, names]) => {
      const held = standing.agreements[office];
      const words = held ? `${held.current ? `✓ ${t("agreed")}` : t("agreedBefore")} · ${who(held.entry)}` : t("notAgreed");
      return h("div", {}, h("b", {}, named(names as Names)), h("span", { class: held?.current ? "met" : "quiet" }, words),
        session.may(`agree_${office}`) && !held?.current && h("button", { type: "button", class: "main", onclick: () => act("discussion/agreements", { run: api.run.id, office, digest: standing.digest }) }, t("agree")));
    });
    const signed = standing.signed && standing.signature ? `✓ ${t("signed")} · ${who(standing.signature)}` : standing.changed_since_signature ? t("changedSince") : t("notSigned");
    return h("section", { class: "card" }, h("h2", {}, t("agreements")), h("div", { class: "offices" }, offices,
      h("div", {}, h("b", {}, t("signature")), h("span", { class: standing.signed ? "met" : "quiet" }, signed),
        session.may("sign") && !standing.signed && h("button", { type: "button", class: "main", onclick: () => act("discussion/signatures", { run: api.run.id, digest: standing.digest }) }, t("sign")))), fault,
      standing.signature && standing.signed ? h("p", { class: "cites" }, standing.signature.anchor) : null);
  }
}

export function who(entry: Entry): string {
  return `${entry.actor} (${roleName(entry.role)}) ${shownInstant(entry.time)}`;
}

/** The button and the dialogue to log in and out. */
import type { Session } from "./api/session";
import { h } from "./dom";
import { named, t } from "./language";
import { told } from "./telling";
import type { Word } from "./words";

const ROLES: Record<string, Word> = {
  viewer: "roleViewer", forecaster: "roleForecaster", meteorologist: "roleMeteorologist", approver: "roleApprover", administrator: "roleAdministrator",
};

export function roleName(role: string | undefined): string {
  const word = ROLES[role ?? ""];
  return word ? t(word) : role ?? "";
}

export function loginButton(session: Session): HTMLElement | null {
  if (!session.available) return null;
  if (!session.me.logged_in) return h("button", { type: "button", class: "tool login", onclick: () => openLogin(session) }, t("logIn"));
  return h("span", { class: "person" }, h("span", {}, `${session.me.shown_name || session.me.name} · ${roleName(session.me.role)}`),
    h("button", { type: "button", class: "tool", onclick: () => void session.logOut().catch(() => session.refresh()) }, t("logOut")));
}

export function openLogin(session: Session): void {
  const fault = h("p", { class: "wrong", role: "alert" });
  const name = h("input", { name: "name", autocomplete: "username", required: true, maxlength: 64, autofocus: true });
  const password = h("input", { name: "password", type: "password", autocomplete: "current-password", required: true, maxlength: 1024 });
  const send = h("button", { type: "submit", class: "main" }, t("logIn"));
  const single = session.me.single_sign_on;
  const form = h("form", { method: "dialog", onsubmit: (event) => {
    event.preventDefault();
    send.disabled = true;
    session.logIn(name.value.trim(), password.value).then(() => dialog.close(), (wrong: unknown) => { fault.textContent = told(wrong); password.value = ""; password.focus(); })
      .finally(() => { send.disabled = false; });
  } }, h("h2", {}, t("logIn")), h("label", {}, h("span", {}, t("name")), name), h("label", {}, h("span", {}, t("password")), password), fault,
    h("div", { class: "buttons" }, send, h("button", { type: "button", onclick: () => dialog.close() }, t("cancel"))),
    single && h("p", {}, h("a", { href: "api/openid/begin" }, t("singleSignOn", { name: named(single) }))));
  const dialog = h("dialog", { class: "dialog", "aria-label": t("logIn"), onclose: () => dialog.remove() }, form);
  document.body.append(dialog);
  dialog.showModal();
}

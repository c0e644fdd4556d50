/** A dialogue with a form; what the server refuses is said in it, and what was written stays. */
import { fill, h, type Child } from "../dom";
import { t } from "../language";
import { told } from "../telling";

export function ask(title: string, fields: Child[], act: string, send: () => Promise<void>, other: { act: string; send: () => Promise<void> } | null = null): void {
  const fault = h("p", { class: "wrong", role: "alert" }), button = h("button", { type: "submit", class: "main" }, act);
  const doing = (what: () => Promise<void>): void => {
    button.disabled = true;
    fault.textContent = "";
    what().then(() => dialog.close(), (wrong: unknown) => { fault.textContent = told(wrong); }).finally(() => { button.disabled = false; });
  };
  const form = h("form", { onsubmit: (event) => { event.preventDefault(); doing(send); } });
  const second = other && h("button", { type: "button", onclick: () => { if (form.querySelector("textarea")?.reportValidity() ?? true) doing(other.send); } }, other.act);
  fill(form, h("h2", {}, title), fields, fault, h("div", { class: "buttons" }, button, h("button", { type: "button", onclick: () => dialog.close() }, t("cancel")), second));
  const dialog = h("dialog", { class: "dialog", "aria-label": title, onclose: () => dialog.remove() }, form);
  document.body.append(dialog);
  dialog.showModal();
}

export function reasonField(): { label: HTMLElement; input: HTMLTextAreaElement } {
  const input = h("textarea", { name: "reason", required: true, minlength: 4, maxlength: 1000 });
  return { label: h("label", {}, h("span", {}, t("reason")), input), input };
}

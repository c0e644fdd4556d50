/** Elements made in one expression. Text is always text, never markup. */
export type Child = Node | string | number | null | undefined | false | Child[];
type Listener = (event: Event) => void;
export type Attributes = Record<string, string | number | boolean | null | undefined | Listener | Record<string, string>>;

function append(parent: Node, children: Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(parent, child);
    else parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

function assign(element: HTMLElement, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (typeof value === "object") for (const [key, one] of Object.entries(value)) element.style.setProperty(key, one);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  assign(element, attributes);
  append(element, children);
  return element;
}

export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren();
  append(element, children);
}

export interface Choice { value: string; label: string; disabled?: boolean; title?: string }

export function chooser(label: string, choices: Choice[], chosen: string, onChoose: (value: string) => void): HTMLElement {
  const select = h("select", { onchange: (event) => onChoose((event.target as HTMLSelectElement).value) },
    choices.map((one) => h("option", { value: one.value, disabled: one.disabled ?? false, selected: one.value === chosen }, one.label)));
  return h("label", { class: "chooser" }, h("span", {}, label), select);
}

/** A row of buttons of which one is pressed. */
export function segments(label: string, choices: Choice[], chosen: string, onChoose: (value: string) => void): HTMLElement {
  return h("div", { class: "segments", role: "group", "aria-label": label }, choices.map((one) => h("button", {
    type: "button", "aria-pressed": String(one.value === chosen), disabled: one.disabled ?? false, title: one.title ?? null,
    onclick: () => onChoose(one.value),
  }, one.label)));
}

/** What is shown, held in the address so that a view can be sent: #/map?run=...&hour=30. */
export const VIEWS = ["today", "map", "place", "sources", "assessment", "verification", "consult"] as const;
export type ViewName = (typeof VIEWS)[number];

export interface State { view: ViewName; run: string; values: Readonly<Record<string, string>> }

const VALUE = /^[\w.:-]{1,80}$/;

export function parse(hash: string): State {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  const view = (VIEWS as readonly string[]).includes(path) ? path as ViewName : "today";
  const values: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) if (VALUE.test(name) && VALUE.test(value)) values[name] = value;
  const { run = "", ...others } = values;
  return { view, run, values: others };
}

export function format(state: State): string {
  const query = new URLSearchParams();
  if (state.run) query.set("run", state.run);
  for (const [name, value] of Object.entries(state.values)) query.set(name, value);
  const text = query.toString();
  return `#/${state.view}${text ? `?${text}` : ""}`;
}

/** A change; a value of null is taken out. Values of other views stay, so that one can come back. */
export interface Patch { view?: ViewName; run?: string; values?: Record<string, string | number | null> }

export function patched(state: State, patch: Patch): State {
  const values: Record<string, string> = { ...state.values };
  for (const [name, value] of Object.entries(patch.values ?? {})) {
    if (value === null) delete values[name];
    else values[name] = String(value);
  }
  return { view: patch.view ?? state.view, run: patch.run ?? state.run, values };
}

export function whole(text: string | undefined, least: number, most: number, otherwise: number): number {
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) ? Math.min(Math.max(value, least), most) : otherwise;
}

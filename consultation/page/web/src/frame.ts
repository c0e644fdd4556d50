/** Parts of the frame: the views, the run with its age, notices about both. */
import type { RunDetail, RunList, RunReference, Status } from "./api/types";
import { chooser, h } from "./dom";
import { language, named, t } from "./language";
import { format, VIEWS, type State } from "./state";
import { shownAge } from "./time";

export function navigation(state: State, where: "top" | "bottom"): HTMLElement {
  const links = VIEWS.map((view, index) => h("li", {}, h("a", {
    href: format({ ...state, view }), "aria-current": view === state.view ? "page" : null, title: `${t(view)} (${index + 1})`,
  }, t(view))));
  return where === "top" ? h("nav", { class: "views", "aria-label": t("views") }, h("ul", {}, links)) : h("ul", { class: "views" }, links);
}

export function ageOf(run: RunReference, status: Status): number {
  return (Date.parse(status.now) - Date.parse(run.reference_time)) / 3_600_000;
}

export function runBar(
  run: RunReference, status: Status, runs: RunList, degraded: Node, choose: (id: string) => void,
): HTMLElement {
  const age = ageOf(run, status), late = status.late || run.id !== status.latest?.id;
  const choices = runs.runs.map((one) => ({ value: one.id, label: `${one.reference_shown} ${named(one.title)}` }));
  return h("div", { class: "runbar" },
    chooser(t("issued"), choices, run.id, choose),
    h("span", { class: late ? "age late" : "age" }, t("age", { age: shownAge(age) })),
    run.synthetic && h("strong", { class: "stamp" }, language() === "zh" ? "虚拟数据 SYNTHETIC" : "SYNTHETIC"),
    degraded,
    h("span", { class: "zone" }, t("beijingTime")));
}

/** Lines that must not be overlooked: an older run, a newer one that is broken, a server out of reach. */
export function notices(
  run: RunReference | null, status: Status, fault: string, choose: (id: string) => void,
): HTMLElement | null {
  const lines: HTMLElement[] = [];
  if (fault) lines.push(h("p", { role: "alert" }, fault));
  const latest = status.latest;
  if (run && latest && run.id !== latest.id)
    lines.push(h("p", {}, t("olderRun", { latest: latest.reference_shown }), " ",
      h("button", { type: "button", onclick: () => choose(latest.id) }, t("toLatest"))));
  const message = named(status.message);
  if (message) lines.push(h("p", {}, message));
  for (const one of status.newer_broken) lines.push(h("p", {}, `${one.id}: ${named(one)}`));
  return lines.length ? h("div", { class: "notices", role: "status" }, lines) : null;
}

/** What the run had to do without: a number that opens to the list. */
export function degradedChip(detail: RunDetail): HTMLElement {
  const lines = [...detail.degradations.map(named), ...detail.lacking.map((name) => t("lackingProduct", { name })), ...detail.problems];
  if (!lines.length) return h("span", { class: "quiet" }, t("notDegraded"));
  return h("details", { class: "degradedchip" }, h("summary", {}, t("degraded", { count: lines.length })),
    h("ul", {}, lines.map((line) => h("li", {}, line))));
}

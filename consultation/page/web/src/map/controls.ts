/** What the map shows: layer, step, what the dots tell, source or place of a footprint. */
import type { MapFacts, Matrix } from "../api/types";
import type { Context } from "../context";
import { chooser, fill, h, segments } from "../dom";
import { named, t } from "../language";
import type { ShownFootprint } from "./footprint";

export interface Shown {
  hour: number; time: string; day: string; daily: boolean; layer: string; pollutant: string;
  overlay: "forecast" | "source" | "footprint"; group: string; by: string; place: string; wind: boolean;
}

const MAIN_LAYERS = 7;

export function mapControls(element: HTMLElement, context: Context, facts: MapFacts, what: Shown, footprint: ShownFootprint | null): void {
  const set = (values: Record<string, string | null>): void => context.go({ values });
  const windy = facts.layers.some((layer) => layer.id === "wind" && layer.available);
  const layers = facts.layers.map((layer) => ({ value: layer.id, label: layer.available ? named(layer) : `${named(layer)} ✕`, title: named(layer.reason) }));
  const focused = document.activeElement?.getAttribute("data-key");
  const second = h("span", { class: "second" });
  fill(element,
    layers.length <= MAIN_LAYERS ? segments(t("layer"), layers, what.layer, (layer) => set({ layer, overlay: what.overlay === "footprint" ? null : what.overlay }))
      : chooser(t("layer"), layers, what.layer, (layer) => set({ layer, overlay: what.overlay === "footprint" ? null : what.overlay })),
    segments(t("step"), [{ value: "hour", label: t("hourly") }, { value: "day", label: t("daily") }], what.daily ? "day" : "hour", (step) => set({ step })),
    segments(t("points"), [{ value: "forecast", label: t("pointForecast") }, { value: "source", label: t("pointSource") }, { value: "footprint", label: t("footprint") }],
      what.overlay, (overlay) => set({ overlay })),
    second,
    windy && what.layer !== "wind" && h("label", { class: "tick" }, h("input", { type: "checkbox", checked: what.wind, "data-key": "wind",
      onchange: (event) => set({ wind: (event.target as HTMLInputElement).checked ? "on" : null }) }), t("windArrows")));
  if (what.overlay === "source") void sourceChoice(second, context, what);
  if (what.overlay === "footprint") footprintChoice(second, context, what, footprint);
  if (focused) element.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus();
}

async function sourceChoice(element: HTMLElement, context: Context, what: Shown): Promise<void> {
  const matrix = await context.api.get<Matrix>("sources/matrix", { pollutant: what.pollutant, by: what.by }).catch(() => null);
  const groups = matrix?.columns.map((one) => ({ value: one.id, label: named(one) })) ?? [];
  fill(element,
    chooser(t("sourceGroup"), [{ value: "sector", label: t("bySector") }, { value: "region", label: t("byRegion") }, { value: "nearness", label: t("byNearness") }], what.by,
      async (by) => {
        const other = await context.api.get<Matrix>("sources/matrix", { pollutant: what.pollutant, by }).catch(() => null);
        context.go({ values: { by, group: other?.columns[0]?.id ?? null } });
      }),
    chooser("", groups, what.group, (group) => context.go({ values: { group } })));
}

function footprintChoice(element: HTMLElement, context: Context, what: Shown, footprint: ShownFootprint | null): void {
  const places = footprint?.places.map((id) => {
    const found = [...context.vocabulary.regions, ...context.vocabulary.places].find((one) => one.id === id);
    return { value: id, label: found ? named(found) : id };
  }) ?? [];
  const sources = footprint?.sources.map((one) => ({ value: one.id, label: one.id === "all" ? t("allSources") : named(one) })) ?? [];
  fill(element, chooser(t("placeLabel"), places, footprint?.place ?? what.place, (place) => context.go({ values: { place } })),
    chooser(t("sourceGroup"), sources, footprint?.source ?? "all", (source) => context.go({ values: { source } })));
}

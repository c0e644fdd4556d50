/** Reports about the sources of a week or an episode that the store holds of the domain; one of them opened. */
import { read } from "./api/client";
import type { KeptReport, Named, Report, ReportList, Stage } from "./api/types";
import type { Context } from "./context";
import { chooser, fill, h } from "./dom";
import { named, t } from "./language";
import { shown } from "./numbers";
import { absent } from "./parts";
import { shownDay } from "./time";

const MAIN_SECTORS = 3;

const titled = (one: KeptReport): string => `${named(one)} ${shownDay(one.first)} – ${shownDay(one.last)}`;

export async function showReports(element: HTMLElement, context: Context, chosen: string | undefined): Promise<void> {
  const { domain } = context.api.run, list = await read<ReportList>("reports", { domain });
  const one = list.reports.find((report) => report.name === chosen) ?? list.reports[0];
  if (!one) return fill(element, h("h2", {}, t("reports")), absent(list.absent));
  const at = `reports/${domain}/${one.name}`, report = await read<Report>(at);
  const choices = list.reports.map((found) => ({ value: found.name, label: titled(found) }));
  fill(element, h("div", { class: "row" }, h("h2", {}, t("reports")), chooser(t("reportWord"), choices, one.name, (value) => context.go({ values: { report: value } })),
    h("a", { href: `api/${at}/page`, target: "_blank", rel: "noopener" }, t("openReport"), " ›")), ...opened(report));
}

function opened(report: Report): HTMLElement[] {
  const { period } = report;
  const facts = [t("period", { from: shownDay(period.from), to: shownDay(period.to) }), t("contributionDays", { days: period.days, known: period.with_contributions }),
    t("fromRuns", { count: report.runs.length, issued: report.issued }), report.episode?.open ? t("episodeOpen") : ""].filter(Boolean);
  const staged = report.regions.filter((region) => region.stages.length > 0);
  return [h("p", { class: "quiet" }, facts.join(" · ")), h("h3", {}, t("findings")), h("ul", { class: "findings" }, report.findings.map((one) => h("li", {}, named(one)))),
    ...staged.map((region) => stages(report, region.id, region.stages))];
}

function stages(report: Report, id: string, list: Stage[]): HTMLElement {
  const name = named(report.receptors.find((one) => one.id === id)), heads = [t("stage"), t("day"), `${t("stageMean")} ${report.unit}`, t("localShare"), t("transportedShare"), t("leadingSectors")];
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": name }, h("table", { class: "grid" },
    h("caption", {}, name), h("thead", {}, h("tr", {}, heads.map((head, index) => h("th", { scope: "col", class: index >= 2 && index <= 4 ? "number" : null }, head)))),
    h("tbody", {}, list.map((stage) => h("tr", {}, h("th", { scope: "row" }, named(stage)), h("td", {}, `${shownDay(stage.first)} – ${shownDay(stage.last)}`),
      h("td", { class: "number" }, h("b", {}, shown(stage.value))), h("td", { class: "number" }, share(stage, "local")), h("td", { class: "number" }, share(stage, "transported")),
      h("td", {}, leading(stage, report.groups.sector)))))));
}

function share(stage: Stage, id: string): string {
  const found = stage.nearness?.find((one) => one.id === id);
  return found ? `${shown(found.percent)}%` : "—";
}

function leading(stage: Stage, sectors: Named[]): string {
  const best = [...(stage.sector ?? [])].sort((a, b) => b.percent - a.percent).slice(0, MAIN_SECTORS);
  return best.map((one) => `${named(sectors.find((sector) => sector.id === one.id))} ${shown(one.percent)}%`).join("、") || "—";
}

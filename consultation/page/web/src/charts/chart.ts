/** Charts: only the parts of ECharts that the page uses, in the colours of the page. */
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { DataZoomInsideComponent, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import type { EChartsCoreOption } from "echarts/core";
import { styled } from "../colours";
import { fill, h } from "../dom";

echarts.use([BarChart, LineChart, ScatterChart, GridComponent, TooltipComponent, MarkLineComponent, MarkAreaComponent, DataZoomInsideComponent, CanvasRenderer]);

export type Option = EChartsCoreOption;

interface Keyed { name?: string; type?: string; itemStyle?: { color?: string }; lineStyle?: { type?: string } }

export class Chart {
  readonly element: HTMLElement;
  private readonly keys = h("ul", { class: "keys", "aria-hidden": "true" });
  private readonly chart: echarts.ECharts;
  private readonly watcher: ResizeObserver;
  private make: (() => Option) | null = null;

  constructor(label: string, height = "20rem") {
    const canvas = h("div", { class: "chart", style: { height } });
    this.element = h("div", { role: "img", "aria-label": label }, this.keys, canvas);
    this.chart = echarts.init(canvas, null, { renderer: "canvas", width: 300, height: 200 });
    this.watcher = new ResizeObserver(() => this.chart.resize({ width: "auto", height: "auto" }));
    this.watcher.observe(canvas);
  }

  /** Draw what `make` says; it is asked again when the colours of the page change. */
  show(make: () => Option, label?: string): void {
    this.make = make;
    if (label) this.element.setAttribute("aria-label", label);
    const option = make();
    this.chart.setOption({ ...shared(), ...option }, { notMerge: true });
    this.explain(option.series as Keyed[]);
  }

  /** What each colour is, in words that wrap as text does. */
  private explain(series: Keyed[]): void {
    const named = new Map(series.filter((one) => one.name).map((one) => [one.name ?? "", one]));
    fill(this.keys, [...named].map(([name, one]) => h("li", {}, h("i", {
      class: one.type === "line" && one.lineStyle?.type ? `key ${one.lineStyle.type}` : "key", style: { "--paint": one.itemStyle?.color ?? "" } }), name)));
  }

  onTime(choose: (index: number) => void): void {
    this.chart.getZr().on("click", (event) => {
      const at: [number, number] = [event.offsetX, event.offsetY];
      if (this.chart.containPixel({ gridIndex: 0 }, at)) choose(Number(this.chart.convertFromPixel({ xAxisIndex: 0 }, at[0])));
    });
  }

  recolour(): void {
    if (this.make) this.show(this.make);
  }

  destroy(): void {
    this.watcher.disconnect();
    this.chart.dispose();
  }
}

export const font = (): string => getComputedStyle(document.body).fontFamily;
export const rem = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

function shared(): Option {
  return {
    animation: false, textStyle: { fontFamily: font(), fontSize: 0.82 * rem(), color: styled("--ink-main") },
    tooltip: tooltip(), aria: { enabled: false },
  };
}

export function tooltip(extra: object = {}): object {
  return {
    trigger: "axis", confine: true, backgroundColor: styled("--card"), borderColor: styled("--line-strong"),
    textStyle: { color: styled("--ink-main"), fontSize: 0.85 * rem() }, axisPointer: { type: "line", lineStyle: { color: styled("--line-strong") } }, ...extra,
  };
}

export function axis(extra: object = {}): object {
  return {
    axisLine: { lineStyle: { color: styled("--line-strong") } }, axisTick: { show: false }, splitLine: { lineStyle: { color: styled("--chart-grid") } },
    axisLabel: { color: styled("--ink-quiet"), fontSize: 0.82 * rem(), hideOverlap: true }, nameTextStyle: { color: styled("--ink-quiet"), fontSize: 0.82 * rem() }, ...extra,
  };
}

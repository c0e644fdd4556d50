/** Places as buttons over the map; labels that would lie over one another give way. */
import type { Map as LibreMap } from "maplibre-gl";
import { fill, h } from "../dom";

export interface Spot { id: string; lon: number; lat: number; name: string; value: string; paint: Record<string, string>; chosen: boolean; title: string }
interface Box { left: number; top: number; right: number; bottom: number }

const GAP = 9;

/** Offsets of a label's corner from its dot, the best first: right, left, above, below, and aslant. */
function candidates(width: number, height: number): [number, number][] {
  return [
    [GAP, -height / 2], [-width - GAP, -height / 2], [-width / 2, -height - GAP], [-width / 2, GAP],
    [GAP, -height - 2], [GAP, 2], [-width - GAP, -height - 2], [-width - GAP, 2],
    [GAP + 14, -height - 14], [GAP + 14, 14], [-width - GAP - 14, -height - 14], [-width - GAP - 14, 14],
  ];
}

const overlap = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** The first free place for each box, or null where there is none. Dots are kept free too. */
export function placed(dots: { x: number; y: number; width: number; height: number }[], within: { width: number; height: number }): ([number, number] | null)[] {
  const taken: Box[] = dots.map(({ x, y }) => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }));
  return dots.map(({ x, y, width, height }, index) => {
    for (const [dx, dy] of candidates(width, height)) {
      const box = { left: x + dx, right: x + dx + width, top: y + dy, bottom: y + dy + height };
      if (box.left < 0 || box.top < 0 || box.right > within.width || box.bottom > within.height) continue;
      if (taken.some((other, at) => at !== index && overlap(box, other))) continue;
      taken.push(box);
      return [dx, dy];
    }
    return null;
  });
}

export class Labels {
  readonly element = h("div", { class: "spots" });
  private spots: { spot: Spot; dot: HTMLElement; label: HTMLElement }[] = [];

  constructor(private readonly map: LibreMap, private readonly choose: (id: string) => void) {
    map.getContainer().append(this.element);
    map.on("move", () => this.arrange());
    map.on("resize", () => this.arrange());
  }

  show(spots: Spot[]): void {
    this.spots = spots.map((spot) => {
      const label = h("span", { class: "spotlabel" }, h("span", { class: "spotname" }, spot.name),
        spot.value ? h("b", { class: "painted", style: spot.paint }, spot.value) : null);
      const dot = h("button", { type: "button", class: spot.chosen ? "spot chosen" : "spot", style: spot.paint, title: spot.title,
        "aria-label": `${spot.name} ${spot.value}`, onclick: () => this.choose(spot.id) }, label);
      return { spot, dot, label };
    });
    fill(this.element, this.spots.map((one) => one.dot));
    this.arrange();
  }

  private arrange(): void {
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const ordered = [...this.spots].sort((a, b) => Number(b.spot.chosen) - Number(a.spot.chosen));
    const boxes = ordered.map(({ spot, label }) => {
      const { x, y } = this.map.project([spot.lon, spot.lat]);
      return { x, y, width: label.offsetWidth, height: label.offsetHeight };
    });
    const corners = placed(boxes, { width, height });
    ordered.forEach(({ dot, label }, index) => {
      const box = boxes[index], corner = corners[index];
      if (!box) return;
      dot.style.transform = `translate(${box.x}px, ${box.y}px)`;
      dot.classList.toggle("crowded", !corner);
      const [dx, dy] = corner ?? [GAP, -box.height / 2];
      label.style.transform = `translate(${dx}px, ${dy}px)`;
    });
  }
}

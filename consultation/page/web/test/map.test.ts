import { describe, expect, it } from "vitest";
import { indexRules } from "virtual:shipped-facts";
import { inkOn } from "../src/colours";
import { placed } from "../src/map/labels";
import { bandOf, indexSteps, niceSteps } from "../src/map/scales";
import { columnOf, rowOf, sample } from "../src/map/surface";

describe("colours of the map", () => {
  it("follow the breakpoints of the rules of the run", () => {
    expect(indexSteps(indexRules, "HJ 633-2012", "pm25")).toEqual([0, 35, 75, 115, 150, 250]);
    expect(indexSteps(indexRules, "HJ 633-2026", "pm25")).toEqual([0, 35, 60, 115, 150, 250]);
    expect(indexSteps(indexRules, "HJ 633-2026", "mercury")).toBeNull();
  });

  it("change at a step, and are none below the first", () => {
    const scale = { steps: [10, 50, 100], colours: [], official: false, unit: "" };
    expect([9.99, 10, 49.9, 50, 5000, Number.NaN].map((value) => bandOf(scale, value))).toEqual([-1, 0, 0, 1, 2, -1]);
  });

  it("have steps that rise up to the largest value", () => {
    for (const largest of [0.013, 0.7, 5, 437.6, 98765]) {
      const steps = niceSteps(largest);
      expect(steps).toHaveLength(8);
      expect([...steps].sort((a, b) => a - b)).toEqual(steps);
      expect(steps.at(-1)).toBeLessThanOrEqual(largest);
      expect(steps.at(-1)).toBeGreaterThan(largest / 2.6);
    }
  });

  it("carry letters of at least 4.5 to 1", () => {
    const contrast = (one: string, other: string): number => {
      const light = (colour: string): number => [1, 3, 5].reduce((sum, at, index) => {
        const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
        return sum + ([0.2126, 0.7152, 0.0722][index] ?? 0) * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
      }, 0);
      const [low, high] = [light(one), light(other)].sort((a, b) => a - b) as [number, number];
      return (high + 0.05) / (low + 0.05);
    };
    for (const colour of ["#00e400", "#ffff00", "#ff7e00", "#ff0000", "#99004c", "#7e0023"]) expect(contrast(colour, inkOn(colour))).toBeGreaterThan(4.5);
  });
});

describe("a field between its cells", () => {
  const values = Float32Array.from([0, 1, 2, 10, 11, 12]);

  it("is linear in both directions, and holds at the edge", () => {
    expect(sample(values, 3, 2, 0.5, 1.5)).toBeCloseTo(6.5);
    expect(sample(values, 3, 2, -3, -3)).toBe(0);
    expect(sample(values, 3, 2, 9, 9)).toBe(12);
  });

  it("takes the nearest cell beside a missing one", () => {
    expect(sample(Float32Array.from([0, Number.NaN, 2, 10, 11, 12]), 3, 2, 0.2, 0.3)).toBe(0);
  });

  it("has cell centres half a cell from the edges", () => {
    const grid = { west: 82, east: 91, south: 42.6, north: 46.2, nx: 90, ny: 36 };
    expect(columnOf(grid, 82.05)).toBeCloseTo(0);
    expect(rowOf(grid, 46.15)).toBeCloseTo(35);
  });
});

describe("labels of places", () => {
  it("never lie over one another or over the edge", () => {
    const dots = Array.from({ length: 40 }, (_, index) => ({ x: 60 + 37 * (index % 8), y: 40 + 31 * Math.floor(index / 8), width: 70, height: 20 }));
    const corners = placed(dots, { width: 400, height: 260 });
    const boxes = corners.flatMap((corner, index) => {
      const dot = dots[index];
      return corner && dot ? [{ left: dot.x + corner[0], top: dot.y + corner[1], right: dot.x + corner[0] + dot.width, bottom: dot.y + corner[1] + dot.height }] : [];
    });
    expect(boxes.length).toBeGreaterThan(5);
    boxes.forEach((a, index) => {
      expect(a.left).toBeGreaterThanOrEqual(0);
      expect(a.right).toBeLessThanOrEqual(400);
      boxes.slice(index + 1).forEach((b) => expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false));
    });
  });
});

import { describe, expect, it } from "vitest";
import { percent, shown } from "../src/numbers";
import { format, parse, patched, whole } from "../src/state";
import { WORDS } from "../src/words";

describe("the address", () => {
  it("holds view, run, place and hour, and comes back the same", () => {
    const state = parse("#/map?run=demo.20261120T080000Z&place=urumqi&hour=30");
    expect(state).toEqual({ view: "map", run: "demo.20261120T080000Z", values: { place: "urumqi", hour: "30" } });
    expect(parse(format(state))).toEqual(state);
  });

  it("that is strange shows the day, and takes nothing strange in", () => {
    expect(parse("#/nowhere?hour=%3Cscript%3E&__proto__=x&run=../../etc").view).toBe("today");
    expect(parse("#/today?hour=%3Cscript%3E&run=../../etc")).toEqual({ view: "today", run: "", values: {} });
  });

  it("changes only what is changed", () => {
    const state = parse("#/map?run=a.b&place=urumqi&hour=30");
    expect(format(patched(state, { view: "place", values: { hour: 31, place: null } }))).toBe("#/place?run=a.b&hour=31");
  });

  it("is bounded where a number is wanted", () => {
    expect([whole("5", 0, 3, 0), whole("-1", 0, 3, 2), whole("1.5", 0, 3, 2), whole(undefined, 0, 3, 1), whole("", 0, 3, 0)]).toEqual([3, 0, 2, 1, 0]);
  });
});

describe("numbers", () => {
  it("are a dash where there is none, and never minus nought", () => {
    expect([shown(null), shown(Number.NaN), shown(-0.2), shown(-3.26, 1)]).toEqual(["—", "—", "0", "−3.3"]);
  });

  it("of chance are never nought or certain unless they are", () => {
    expect([percent(0), percent(0.004), percent(0.5), percent(0.996), percent(1), percent(null)]).toEqual(["0%", "<1%", "50%", ">99%", "100%", "—"]);
  });
});

describe("words", () => {
  it("are there in both languages, with the same names in braces", () => {
    for (const [name, pair] of Object.entries(WORDS)) {
      const braces = pair.map((text) => (text.match(/\{\w+\}/g) ?? []).sort().join());
      expect(pair.every((text) => text.length > 0), name).toBe(true);
      expect(braces[0], name).toBe(braces[1]);
    }
  });
});

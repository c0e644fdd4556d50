import { afterEach, describe, expect, it } from "vitest";
import { instantOf, localText } from "../src/consult/draft";
import { setLanguage } from "../src/language";
import { beginOfDay, beijing, dayOf, shownDay, shownHour, shownInstant, shownWeekday } from "../src/time";

const ZONES = ["UTC", "Asia/Shanghai", "Asia/Urumqi", "America/Los_Angeles", "Pacific/Kiritimati"];

describe.each(ZONES)("Beijing time on a machine in %s", (zone) => {
  const before = process.env.TZ;
  afterEach(() => { process.env.TZ = before; setLanguage("zh"); });

  it("is eight hours before Greenwich", () => {
    process.env.TZ = zone;
    expect(beijing("2026-11-20T16:00:00Z")).toEqual({ year: 2026, month: 11, day: 21, hour: 0, minute: 0, weekday: 6 });
    expect(dayOf("2026-11-20T15:59:59Z")).toBe("2026-11-20");
    expect(dayOf("2026-11-20T16:00:00Z")).toBe("2026-11-21");
    expect(new Date(beginOfDay("2026-11-21")).toISOString()).toBe("2026-11-20T16:00:00.000Z");
  });

  it("knows no summer time", () => {
    process.env.TZ = zone;
    expect(beijing("2026-07-01T00:30:00Z").hour).toBe(8);
    expect(beijing("1988-07-01T00:30:00Z").hour).toBe(8);
  });

  it("is written in both languages", () => {
    process.env.TZ = zone;
    expect([shownDay("2026-11-21"), shownWeekday("2026-11-21"), shownHour("2026-11-21T15:00:00Z")]).toEqual(["11月21日", "周六", "11月21日 23时"]);
    setLanguage("en");
    expect([shownDay("2026-11-21"), shownWeekday("2026-11-21"), shownHour("2026-11-21T15:00:00Z")]).toEqual(["21 Nov", "Sat", "21 Nov 23:00"]);
    expect(shownInstant("2026-12-31T16:05:00Z")).toBe("2027-01-01 00:05");
  });

  it("comes back unchanged from a form", () => {
    process.env.TZ = zone;
    expect(localText("2026-11-20T16:00:00Z")).toBe("2026-11-21T00:00");
    expect(instantOf(localText("2026-11-20T16:00:00Z"))).toBe("2026-11-20T16:00:00Z");
  });
});

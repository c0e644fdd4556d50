import { describe, expect, it } from "vitest";
import { decode, MISSING, type FrameFacts } from "../src/api/frames";

const FACTS: FrameFacts = { layer: "wind", unit: "m/s", step: "hour", first: 0, frames: 2, components: 2, ny: 2, nx: 3, stride: 1, scale: 0.5, offset: -10, largest: 5 };

function body(codes: number[]): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(2 * codes.length));
  codes.forEach((code, index) => view.setUint16(2 * index, code, true));
  return view.buffer;
}

describe("frames", () => {
  const codes = Array.from({ length: 24 }, (_, index) => index * 10);
  codes[23] = MISSING;
  const field = decode(FACTS, body(codes));

  it("come in the order frame, component, row, column", () => {
    expect(field.value(0, 0, 0, 0)).toBe(-10);
    expect(field.value(0, 0, 1, 0)).toBe(-10 + 0.5 * 30);
    expect(field.value(0, 1, 0, 2)).toBe(-10 + 0.5 * 80);
    expect(field.value(1, 0, 0, 1)).toBe(-10 + 0.5 * 130);
  });

  it("are little end first", () => {
    const bytes = new Uint8Array(48);
    bytes[0] = 1;
    bytes[1] = 2;
    expect(decode(FACTS, bytes.buffer).value(0, 0, 0, 0)).toBe(-10 + 0.5 * 513);
  });

  it("have no number where the code says missing", () => {
    expect(field.value(1, 1, 1, 2)).toBeNaN();
    expect([...field.grid(1, 1)].map(Number.isNaN)).toEqual([false, false, false, false, false, true]);
  });

  it("give the same numbers by grid as by cell", () => {
    expect([...field.grid(1, 0)]).toEqual([0, 1].flatMap((row) => [0, 1, 2].map((column) => field.value(1, 0, row, column))));
  });

  it("of another length than told are refused", () => {
    expect(() => decode(FACTS, body(codes.slice(1)))).toThrow("expected 48 bytes, got 46");
  });
});

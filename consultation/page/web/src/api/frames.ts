/** Frames of the map: whole numbers of 16 bits, little end first; value = offset + scale * code, 65535 is missing. */
export interface FrameFacts {
  layer: string; unit: string; step: "hour" | "day"; first: number; frames: number; components: number;
  ny: number; nx: number; stride: number; scale: number; offset: number; largest: number | null;
}

export const MISSING = 65535;

export class Field {
  constructor(readonly facts: FrameFacts, private readonly codes: Uint16Array) {}

  /** Value of a cell, NaN where missing; rows run from south to north. */
  value(frame: number, component: number, row: number, column: number): number {
    const { components, ny, nx, offset, scale } = this.facts;
    const code = this.codes[((frame * components + component) * ny + row) * nx + column];
    return code === undefined || code === MISSING ? Number.NaN : offset + scale * code;
  }

  /** A frame of one component, south to north, as numbers. */
  grid(frame: number, component = 0): Float32Array {
    const { components, ny, nx, offset, scale } = this.facts;
    const begin = (frame * components + component) * ny * nx, found = new Float32Array(ny * nx);
    for (let cell = 0; cell < found.length; cell++) {
      const code = this.codes[begin + cell] ?? MISSING;
      found[cell] = code === MISSING ? Number.NaN : offset + scale * code;
    }
    return found;
  }
}

export function decode(facts: FrameFacts, body: ArrayBuffer): Field {
  const count = facts.frames * facts.components * facts.ny * facts.nx;
  if (body.byteLength !== 2 * count)
    throw new Error(`frames of ${facts.layer}: expected ${2 * count} bytes, got ${body.byteLength}`);
  const codes = new Uint16Array(count), view = new DataView(body);
  for (let index = 0; index < count; index++) codes[index] = view.getUint16(2 * index, true);
  return new Field(facts, codes);
}

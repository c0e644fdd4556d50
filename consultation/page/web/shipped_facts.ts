/** Facts of configs/ that the page draws, taken into the build: relief of the map, breakpoints of the index. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import type { Plugin } from "vite";

const CONFIGS = resolve(import.meta.dirname, "../../../configs");
const NAME = "virtual:shipped-facts";
const FILES = ["map.yaml", "standards/air_quality_index.yaml"].map((name) => resolve(CONFIGS, name));

function read(file: string): unknown {
  return parse(readFileSync(file, "utf8"));
}

export function shippedFacts(): Plugin {
  return {
    name: "bogda-shipped-facts",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load(id) {
      if (id !== `\0${NAME}`) return undefined;
      FILES.forEach((file) => this.addWatchFile(file));
      const [sketch, index] = FILES.map(read);
      return `export const sketch = ${JSON.stringify(sketch)};\nexport const indexRules = ${JSON.stringify(index)};`;
    },
  };
}

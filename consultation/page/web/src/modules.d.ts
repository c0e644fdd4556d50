/// <reference types="vite/client" />
declare module "virtual:shipped-facts" {
  import type { IndexRules, MapSketch } from "./shipped";
  export const sketch: MapSketch;
  export const indexRules: IndexRules;
}

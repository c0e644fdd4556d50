/// <reference types="vite/client" />
declare module "virtual:shipped-facts" {
  export const sketch: import("./shipped").MapSketch;
  export const indexRules: import("./shipped").IndexRules;
}

import type { Context, View } from "../context";
import { h } from "../dom";
export function sourcesView(_: Context): View { return { element: h("div", {}, "sources"), show() {} }; }

import type { Context, View } from "../context";
import { h } from "../dom";
export function consultView(_: Context): View { return { element: h("div", {}, "consult"), show() {} }; }

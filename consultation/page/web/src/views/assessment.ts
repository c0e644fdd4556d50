import type { Context, View } from "../context";
import { h } from "../dom";
export function assessmentView(_: Context): View { return { element: h("div", {}, "assessment"), show() {} }; }

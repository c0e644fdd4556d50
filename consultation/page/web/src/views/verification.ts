import type { Context, View } from "../context";
import { h } from "../dom";
export function verificationView(_: Context): View { return { element: h("div", {}, "verification"), show() {} }; }

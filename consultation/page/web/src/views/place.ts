import type { Context, View } from "../context";
import { h } from "../dom";
export function placeView(_: Context): View { return { element: h("div", {}, "place"), show() {} }; }

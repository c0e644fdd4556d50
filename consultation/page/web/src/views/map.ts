import type { Context, View } from "../context";
import { h } from "../dom";
export function mapView(_: Context): View { return { element: h("div", {}, "map"), show() {} }; }

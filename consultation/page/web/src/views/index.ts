/** Views by name, each fetched when it is first looked at. */
import { unreachable } from "../api/client";
import type { ViewMaker } from "../context";
import type { ViewName } from "../state";
import { todayView } from "./today";

const LATER: Partial<Record<ViewName, () => Promise<ViewMaker>>> = {
  map: async () => (await import("./map")).mapView,
  place: async () => (await import("./place")).placeView,
  sources: async () => (await import("./sources")).sourcesView,
  assessment: async () => (await import("./assessment")).assessmentView,
  verification: async () => (await import("./verification")).verificationView,
  consult: async () => (await import("./consult")).consultView,
};

export async function makerOf(view: ViewName): Promise<ViewMaker> {
  try {
    return (await LATER[view]?.()) ?? todayView;
  } catch {
    throw unreachable(); // the browser says in English which file did not come
  }
}

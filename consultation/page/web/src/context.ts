/** What a view is given, and what it must be able to do. */
import type { RunApi } from "./api/client";
import type { RunDetail, Vocabulary } from "./api/types";
import type { Session } from "./api/session";
import type { Patch, State } from "./state";

export interface Context {
  api: RunApi;
  detail: Promise<RunDetail>;
  vocabulary: Vocabulary;
  session: Session;
  go(patch: Patch, replace?: boolean): void;
}

export interface View {
  element: HTMLElement;
  /** Show a state; called at first and after every change of the address. */
  show(state: State): void | Promise<void>;
  /** How many hours the arrow keys step through; null where the view has none. */
  hours?(): number;
  /** Hours of one step of theirs. */
  stride?(): number;
  /** Called when the page changes between light and dark. */
  recolour?(): void;
  destroy?(): void;
}

export type ViewMaker = (context: Context) => View;

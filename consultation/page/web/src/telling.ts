/** What went wrong, in the language that is shown. */
import { Refused } from "./api/client";
import { named } from "./language";

export function told(fault: unknown): string {
  if (fault instanceof Refused) return named(fault.names);
  return fault instanceof Error ? fault.message : String(fault);
}

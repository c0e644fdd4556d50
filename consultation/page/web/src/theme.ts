/** Dark and light: as the machine has it until the person chooses. */
import { keep, kept } from "./language";

const KEPT = "bogda-theme";

export function isDark(): boolean {
  const chosen = kept(KEPT);
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

export function applyTheme(): void {
  document.documentElement.dataset.theme = isDark() ? "dark" : "light";
}

export function switchTheme(): void {
  keep(KEPT, isDark() ? "light" : "dark");
  applyTheme();
}

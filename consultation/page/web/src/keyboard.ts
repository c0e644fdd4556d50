/** Keys: left and right step through the hours, space plays, 1 to 7 choose the view. */
export interface Keys { step(hours: number): void; play(): void; view(number: number): void }

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -24, PageDown: 24, ",": -6, ".": 6 };

function writes(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && !target.classList.contains("timeline") &&
    (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));
}

function pressed(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && /^(BUTTON|A|SUMMARY)$/.test(target.tagName);
}

export function listen(keys: Keys): void {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
    const step = STEPS[event.key];
    if (step !== undefined) keys.step(event.shiftKey ? 6 * step : step);
    else if (event.key === " " && !pressed(event.target)) keys.play();
    else if (/^[1-7]$/.test(event.key)) keys.view(Number(event.key));
    else return;
    event.preventDefault();
  });
}

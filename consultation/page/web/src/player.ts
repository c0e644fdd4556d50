/** Steps through the hours by itself until the end. */
const STEP_MS = 350;

export class Player {
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly step: (hours: number) => boolean, private readonly changed: () => void) {}

  get playing(): boolean {
    return this.timer !== undefined;
  }

  toggle(): void {
    if (this.playing) return this.stop();
    this.timer = setInterval(() => { if (!this.step(1)) this.stop(); }, STEP_MS);
    this.changed();
  }

  stop(): void {
    if (!this.playing) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.changed();
  }
}

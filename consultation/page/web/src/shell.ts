/** The frame of the page: views, the run and its age, what is degraded, language, theme, who is logged in. */
import { read, Refused, RunApi } from "./api/client";
import { Session } from "./api/session";
import type { RunDetail, RunList, RunReference, Status, Vocabulary } from "./api/types";
import { h, fill } from "./dom";
import { listen } from "./keyboard";
import { language, named, setLanguage, t } from "./language";
import { Player } from "./player";
import { format, parse, patched, whole, type Patch, type State } from "./state";
import { loginButton } from "./login";
import { degradedChip, navigation, runBar, notices } from "./frame";
import { told } from "./telling";
import { isDark, switchTheme } from "./theme";
import type { Context, View } from "./context";
import { VIEWS } from "./state";
import { makerOf } from "./views";

const POLL_MS = 60_000;

export async function startPage(root: HTMLElement): Promise<void> {
  fill(root, h("p", { class: "waiting" }, t("loading")));
  try {
    const session = new Session();
    const [status, vocabulary, runs] = await Promise.all([
      read<Status>("status"), read<Vocabulary>("vocabulary"), read<RunList>("runs", { count: 60 }), session.refresh(),
    ]);
    new Page(root, { status, vocabulary, runs, session }).start();
  } catch (fault) {
    fill(root, h("main", { class: "fault" }, h("h1", {}, t("cannotStart")), h("p", {}, told(fault)),
      h("button", { type: "button", onclick: () => void startPage(root) }, t("again"))));
  }
}

interface Known { status: Status; vocabulary: Vocabulary; runs: RunList; session: Session }

class Page {
  private state: State = parse(location.hash);
  private view: View | null = null;
  private shownKey = "";
  private readonly apis = new Map<string, RunApi>();
  private readonly details = new Map<string, Promise<RunDetail>>();
  private readonly player = new Player((hours) => this.step(hours), () => this.frame());
  private readonly header = h("header", { class: "header" });
  private readonly bar = h("div", { class: "bars" });
  private readonly main = h("main", { id: "main", tabindex: "-1" });
  private readonly nav = h("nav", { class: "nav" });

  constructor(private readonly root: HTMLElement, private known: Known) {}

  start(): void {
    fill(this.root, h("a", { class: "skip", href: "#main", onclick: (event) => { event.preventDefault(); this.main.focus(); } },
      t("skip")), this.header, this.bar, this.main, this.nav);
    addEventListener("hashchange", () => { this.state = parse(location.hash); void this.show(); });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
    this.known.session.onChange(() => this.frame());
    listen({ step: (hours) => { this.player.stop(); this.step(hours); }, play: () => this.play(),
      view: (number) => { const view = VIEWS[number - 1]; if (view) this.go({ view }); } });
    const above = new ResizeObserver(() => document.documentElement.style.setProperty("--above", `${this.header.offsetHeight + this.bar.offsetHeight}px`));
    [this.header, this.bar].forEach((part) => above.observe(part));
    setInterval(() => void this.poll(), POLL_MS);
    void this.show();
  }

  private run(): RunReference | null {
    const { runs, status } = this.known;
    return runs.runs.find((run) => run.id === this.state.run) ?? (this.state.run ? null : status.latest);
  }

  go(patch: Patch, replace = false): void {
    const address = format(patched(this.state, patch));
    if (address === location.hash) return;
    if (replace) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    this.state = parse(address);
    void this.show();
  }

  private step(hours: number): boolean {
    const count = this.view?.hours?.() ?? 0;
    if (!count) return false;
    const now = whole(this.state.values.hour, 0, count - 1, 0), next = Math.min(Math.max(now + hours * (this.view?.stride?.() ?? 1), 0), count - 1);
    this.go({ values: { hour: next } }, true);
    return next !== now;
  }

  private play(): void {
    if (this.view?.hours) this.player.toggle();
  }

  private async poll(): Promise<void> {
    try {
      const [status, runs] = await Promise.all([read<Status>("status"), read<RunList>("runs", { count: 60 })]);
      this.known = { ...this.known, status, runs };
      this.frame();
    } catch {
      this.frame(t("unreachable"));
    }
  }

  /** Frame and view of the state as it is. */
  private async show(): Promise<void> {
    const run = this.run() ?? this.known.status.latest;
    if (this.state.run && run && run.id !== this.state.run) return this.go({ run: run.id }, true);
    if (run && !this.state.run) return this.go({ run: run.id }, true);
    this.frame();
    if (!run) return fill(this.main, h("p", { class: "empty" }, named(this.known.status.message)));
    const key = [this.state.view, run.id, run.revision, language()].join(" ");
    await this.guarded(async () => {
      if (key !== this.shownKey) await this.build(run, key);
      await this.view?.show(this.state);
    });
  }

  private async build(run: RunReference, key: string): Promise<void> {
    this.player.stop();
    this.shownKey = key;
    const maker = await makerOf(this.state.view);
    if (this.shownKey !== key) return;
    this.view?.destroy?.();
    this.view = maker(this.context(run));
    fill(this.main, this.view.element);
    document.title = `${t(this.state.view)} · ${t("title")}`;
    scrollTo(0, 0);
  }

  private async guarded(show: () => void | Promise<void>): Promise<void> {
    try {
      await show();
      this.main.dataset.ready = this.state.view;
    } catch (fault) {
      fill(this.main, h("div", { class: "empty", role: "alert" }, h("p", {}, told(fault)),
        h("button", { type: "button", onclick: () => { this.shownKey = ""; void this.show(); } }, t("again"))));
      this.shownKey = "";
      if (!(fault instanceof Refused)) throw fault;
    }
  }

  private context(run: RunReference): Context {
    const { session, vocabulary } = this.known, key = `${run.id} ${run.revision}`;
    const api = this.apis.get(key) ?? new RunApi(run);
    this.apis.set(key, api);
    return { api, session, vocabulary, detail: this.detailOf(api), go: (patch, replace) => this.go(patch, replace) };
  }

  private detailOf(api: RunApi): Promise<RunDetail> {
    const key = `${api.run.id} ${api.run.revision}`, held = this.details.get(key);
    if (held) return held;
    const asked = read<RunDetail>(`runs/${api.run.id}`, { v: api.run.revision });
    this.details.set(key, asked);
    return asked;
  }

  private frame(fault = ""): void {
    const run = this.run() ?? this.known.status.latest;
    fill(this.header, h("a", { class: "brand", href: "#/today" }, h("img", { src: "icon.svg", alt: "", width: "28", height: "28" }),
      h("span", {}, t("title"))), navigation(this.state, "top"), h("div", { class: "tools" },
      h("button", { type: "button", class: "tool", onclick: () => { setLanguage(language() === "zh" ? "en" : "zh"); this.translated(); } },
        language() === "zh" ? "English" : "中文"),
      h("button", { type: "button", class: "tool", onclick: () => { switchTheme(); this.recolour(); }, "aria-label": t("theme") },
        isDark() ? "☀" : "☾"),
      loginButton(this.known.session)));
    fill(this.nav, navigation(this.state, "bottom"));
    this.nav.setAttribute("aria-label", t("views"));
    fill(this.bar, run ? runBar(run, this.known.status, this.known.runs, this.degraded(run), (id) => this.go({ run: id })) : null,
      notices(run, this.known.status, fault, (id) => this.go({ run: id })));
    this.main.dataset.playing = String(this.player.playing);
  }

  private degraded(run: RunReference): HTMLElement {
    const place = h("span");
    this.context(run).detail.then((detail) => fill(place, degradedChip(detail)), (fault: unknown) => fill(place, told(fault)));
    return place;
  }

  private translated(): void {
    this.frame();
    void this.show();
  }

  private recolour(): void {
    this.frame();
    this.view?.recolour?.();
  }
}

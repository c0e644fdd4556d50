/** Who looks at the page, and acts in a session: each carries the session's token and a number of its own. */
import { answered } from "./client";
import type { Names } from "./types";

export interface Me {
  logged_in: boolean; may_read: boolean; offices: Record<string, Names>; two_persons: string[]; single_sign_on: Names | null;
  name?: string; shown_name?: string; role?: string; rights?: string[]; csrf?: string;
}

const NOBODY: Me = { logged_in: false, may_read: true, offices: {}, two_persons: [], single_sign_on: null };

export class Session {
  me: Me = NOBODY;
  /** Whether this server lets people log in at all. */
  available = false;
  private readonly heard = new Set<() => void>();

  onChange(listener: () => void): () => void {
    this.heard.add(listener);
    return () => this.heard.delete(listener);
  }

  may(right: string): boolean {
    return this.me.rights?.includes(right) ?? false;
  }

  async refresh(): Promise<void> {
    const response = await fetch("api/me");
    this.available = response.ok;
    this.become(response.ok ? await response.json() as Me : NOBODY);
  }

  async logIn(name: string, password: string): Promise<void> {
    const response = await answered(fetch("api/login", {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ name, password }),
    }));
    this.become(await response.json() as Me);
  }

  async logOut(): Promise<void> {
    await this.act("logout", {});
    await this.refresh();
  }

  async act<T>(path: string, body: unknown): Promise<T> {
    const response = await answered(fetch(`api/${path}`, {
      method: "POST", body: JSON.stringify(body),
      headers: { "content-type": "application/json", "x-bogda-csrf": this.me.csrf ?? "", "x-bogda-request": requestNumber() },
    }));
    return response.json() as Promise<T>;
  }

  async read<T>(path: string): Promise<T> {
    return (await answered(fetch(`api/${path}`))).json() as Promise<T>;
  }

  private become(me: Me): void {
    this.me = me;
    this.heard.forEach((listener) => listener());
  }
}

/** Random, also where the page is read over plain http and `randomUUID` is not there. */
function requestNumber(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

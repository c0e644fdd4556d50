/** Questions to the server. Answers about a run are named with its revision and kept by the browser. */
import type { Names, RunReference } from "./types";
import { decode, type Field, type FrameFacts } from "./frames";

export class Refused extends Error {
  constructor(readonly status: number, readonly code: string, readonly names: Names) {
    super(names.english);
  }
}

export const unreachable = (): Refused => new Refused(0, "unreachable", { chinese: "连不上服务器，请检查网络后重试", english: "The server cannot be reached" });

type Parameters = Record<string, string | number | undefined>;

export function address(path: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return `api/${path}${text ? `?${text}` : ""}`;
}

export async function answered(request: Promise<Response>): Promise<Response> {
  let response: Response;
  try {
    response = await request;
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === "AbortError") throw fault;
    throw unreachable();
  }
  if (response.ok) return response;
  const told = await response.json().catch(() => null) as { error?: { code: string } & Names } | null;
  const error = told?.error ?? { code: "fault", chinese: `服务器回答 ${response.status}`, english: `The server answered ${response.status}` };
  throw new Refused(response.status, error.code, { chinese: error.chinese, english: error.english });
}

export async function read<T>(path: string, parameters?: Parameters, signal?: AbortSignal): Promise<T> {
  const response = await answered(fetch(address(path, parameters), signal ? { signal } : {}));
  return response.json() as Promise<T>;
}

/** The API of one run; the same question is asked once. */
export class RunApi {
  private readonly asked = new Map<string, Promise<unknown>>();

  constructor(readonly run: RunReference) {}

  get<T>(path: string, parameters: Parameters = {}): Promise<T> {
    return this.once(address(`runs/${this.run.id}/${path}`, { ...parameters, v: this.run.revision }), async (at) =>
      (await answered(fetch(at))).json() as Promise<T>);
  }

  frames(path: string, parameters: Parameters): Promise<Field> {
    return this.once(address(`runs/${this.run.id}/${path}`, { ...parameters, v: this.run.revision }), async (at) => {
      const response = await answered(fetch(at));
      const facts = JSON.parse(response.headers.get("X-Frames") ?? "null") as FrameFacts;
      return decode(facts, await response.arrayBuffer());
    });
  }

  async ask<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
    const response = await answered(fetch(address(`runs/${this.run.id}/${path}`), {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), ...(signal ? { signal } : {}),
    }));
    return response.json() as Promise<T>;
  }

  private once<T>(at: string, ask: (at: string) => Promise<T>): Promise<T> {
    const held = this.asked.get(at) as Promise<T> | undefined;
    if (held) return held;
    const asking = ask(at);
    this.asked.set(at, asking);
    asking.catch(() => this.asked.delete(at));
    return asking;
  }
}

/** Starts a simulator on a free port with a clock that stands still, for the tests beside it. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../clock.ts";
import { instantPace } from "./exchange.ts";
import { createSimulator, type SimulatorOptions } from "./simulator.ts";
import type { RawRequest } from "./wire.ts";

export const someKey = `sk-or-v1-${"ab".repeat(32)}`;
export const start = Date.UTC(2026, 10, 24, 12, 0, 0);

export interface TestClock extends Clock {
  advance(ms: number): void;
}

export function stillClock(): TestClock {
  let now = start;
  return {
    now: () => now,
    monotonic: () => now - start,
    advance: (ms) => {
      now += ms;
    },
  };
}

export interface Started {
  readonly url: string;
  readonly port: number;
  readonly clock: TestClock;
  readonly requests: RawRequest[];
  /** Asks with `someKey` unless the headers say otherwise. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  chat(body: unknown, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export async function startForTests(options: Partial<SimulatorOptions> = {}): Promise<Started> {
  const clock = stillClock();
  const requests: RawRequest[] = [];
  const faults: unknown[] = [];
  const { handler } = createSimulator({
    clock,
    pace: instantPace,
    onRequest: (request) => void requests.push(request),
    onFault: (fault) => void faults.push(fault),
    ...options,
  });
  const server = createServer(handler);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const ask: Started["ask"] = (method, path, body, headers = {}) =>
    fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${someKey}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  return {
    url,
    port,
    clock,
    requests,
    ask,
    chat: (body, headers) => ask("POST", "/chat/completions", body, headers),
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      if (faults.length > 0) throw new Error("the simulator has a bug", { cause: faults[0] });
    },
  };
}

/** A JSON document whose shape the test itself asserts, field by field. */
export type Anything = ReturnType<typeof JSON.parse>;

export const bodyOf = async (response: Response): Promise<Anything> => response.json();

/** The `data:` lines of a stream, parsed; [DONE] as the text it is. */
export function dataOf(text: string): Anything[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data: "))
    .map((line) => line.slice(6))
    .map((data) => (data === "[DONE]" ? data : (JSON.parse(data) as unknown)));
}

/** A question to that model, with whatever else the request holds. */
export const question = (model: string, content: string, more: object = {}): object => ({
  model,
  messages: [{ role: "user", content }],
  ...more,
});

/** Plays a stream of server-sent events at its pace, and notices at once when the reader goes away. */
import type { ServerResponse } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import { drawWithin } from "./chance.ts";
import type { Pace } from "./exchange.ts";
import type { Framing } from "./scenarios.ts";

export interface Frame {
  /** With the blank line at its end. */
  readonly text: string;
  /** Completion tokens that it carries. */
  readonly tokens: number;
}

/** How the connection ends after the last frame: as it should, reset, or silent for `pace.stallMs` and then reset. */
export type Ending = "whole" | "reset" | "stall";

export interface Script {
  readonly id: string;
  readonly frames: readonly Frame[];
  readonly framing: Framing;
  readonly ending: Ending;
  /** Called once: before the last frame leaves, or when the reader has gone. `tokens` is what was sent until then. */
  readonly settle: (outcome: {
    tokens: number;
    cancelled: boolean;
    latencyMs: number;
    generationMs: number;
  }) => void;
}

export const dataFrame = (data: unknown, tokens: number): Frame => ({
  text: `data: ${JSON.stringify(data)}\n\n`,
  tokens,
});
export const eventFrame = (event: string, data: unknown, tokens: number): Frame => ({
  text: `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
  tokens,
});
export const doneFrame: Frame = { text: "data: [DONE]\n\n", tokens: 0 };

const comment = ": OPENROUTER PROCESSING\n\n";
/** A comment goes between chunks after this many. */
const chunksPerComment = 16;

/** Writes the script's frames; resolves when the last is written or the reader has gone. The head is sent already. */
export async function play(
  response: ServerResponse,
  script: Script,
  options: { pace: Pace; monotonic: () => number },
): Promise<void> {
  const { pace, monotonic } = options;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const startedAt = monotonic();
  let firstAt: number | null = null;
  let tokens = 0;
  let settled = false;
  const settle = (cancelled: boolean): void => {
    if (settled) return;
    settled = true;
    const now = monotonic();
    script.settle({
      tokens,
      cancelled,
      latencyMs: Math.round(now - startedAt),
      generationMs: Math.round(now - (firstAt ?? now)),
    });
  };

  await write(response, comment, script.framing);
  for (const [index, batch] of batches(script).entries()) {
    const range = index === 0 ? pace.firstTokenMs : pace.chunkMs;
    await pause(
      batch.tokens > 0 || index === 0 ? drawWithin(range, `${script.id} ${index}`) : 0,
      gone.signal,
    );
    if (gone.signal.aborted) break;
    if (index % chunksPerComment === 0) await write(response, comment, script.framing);
    firstAt ??= monotonic();
    tokens += batch.tokens;
    if (batch.last) settle(false);
    await write(response, batch.text, script.framing);
  }
  if (script.ending === "stall") await stall(response, pace.stallMs, gone.signal);
  settle(gone.signal.aborted);
  if (script.ending === "whole") response.end();
  else if (response.socket && "resetAndDestroy" in response.socket) response.socket.resetAndDestroy();
}

interface Batch extends Frame {
  readonly last: boolean;
}

function batches(script: Script): Batch[] {
  const { frames, framing } = script;
  const size = framing === "joined" ? 3 : 1;
  const groups: Batch[] = [];
  for (let at = 0; at < frames.length; at += size) {
    const group = frames.slice(at, at + size);
    groups.push({
      text: group.map((frame) => frame.text).join(""),
      tokens: group.reduce((sum, frame) => sum + frame.tokens, 0),
      last: at + size >= frames.length && script.ending === "whole",
    });
  }
  return groups;
}

async function write(response: ServerResponse, text: string, framing: Framing): Promise<void> {
  const bytes = Buffer.from(framing === "crlf" ? text.replaceAll("\n", "\r\n") : text);
  // Odd sizes, so that lines, events and letters of several bytes are cut.
  const size = framing === "split" ? 7 : bytes.length;
  for (let at = 0; at < bytes.length; at += size) {
    if (response.destroyed) return;
    if (!response.write(bytes.subarray(at, at + size))) await drained(response);
    if (framing === "split") await nextTurn();
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off("drain", go).off("close", go);
      resolve();
    };
    response.once("drain", go).once("close", go);
  });
}

async function stall(response: ServerResponse, forMs: number, signal: AbortSignal): Promise<void> {
  for (let waited = 0; waited < forMs && !signal.aborted; waited += 1_000) {
    await pause(Math.min(1_000, forMs - waited), signal);
    if (!signal.aborted) await write(response, comment, "plain");
  }
}

/** Waits, at least until the event loop has turned so that a reader's leaving is noticed; ends early when it leaves. */
export async function pause(forMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  if (forMs <= 0) return nextTurn();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(go, forMs);
    signal.addEventListener("abort", go, { once: true });
    function go(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", go);
      resolve();
    }
  });
}

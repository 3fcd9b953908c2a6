/** Where each call stands on the time axis of its run: our own time, the wait for the first token and the streaming, told apart. */
import type { Call } from "../../contract/calls.ts";

type Timed = Pick<Call, "state" | "startMs" | "startedAt" | "queuedMs" | "ttftMs" | "durationMs">;

export interface Bar {
  /** Milliseconds after the run's first call. */
  readonly startMs: number;
  /** From its arrival at the gateway until it was sent on; 0 while that is not known. */
  readonly queuedMs: number;
  readonly waitMs: number;
  readonly streamMs: number;
  readonly live: boolean;
}

/**
 * `now` is Unix ms and counts only for a call under way; it is kept within 0 and `mostMs`, so that a browser's wrong clock
 * can't stretch the axis without end.
 */
export function barOf(call: Timed, now: number, mostMs: number): Bar {
  const live = call.state === "open" || call.state === "streaming";
  const queuedMs = call.queuedMs ?? 0;
  const elapsed = Math.min(Math.max(0, now - Date.parse(call.startedAt) - queuedMs), mostMs);
  const total = call.durationMs ?? (live ? Math.max(elapsed, call.ttftMs ?? 0) : (call.ttftMs ?? 0));
  const wait = Math.min(call.ttftMs ?? total, total);
  return { startMs: call.startMs, queuedMs, waitMs: wait, streamMs: total - wait, live };
}

/** End of a bar, ms after the run's first call. */
export function endOf(bar: Bar): number {
  return bar.startMs + lengthOf(bar);
}

export function lengthOf(bar: Bar): number {
  return bar.queuedMs + bar.waitMs + bar.streamMs;
}

/** How far the bar of a call reaches without any clock: what is known to have happened. */
export function restingEnd({ startMs, queuedMs, ttftMs, durationMs }: Timed): number {
  return startMs + (queuedMs ?? 0) + (durationMs ?? ttftMs ?? 0);
}

export interface Axis {
  readonly endMs: number;
  /** From one tick to the next. */
  readonly stepMs: number;
  readonly ticks: readonly { readonly atMs: number; readonly label: string }[];
}

const steps = [1, 2, 5];
const leastMs = 10;

/**
 * An axis from zero that holds what ends at `lastMs`, with at most `mostTicks` round ticks. Its end moves by quarters of a step,
 * so that the bars stand still for a while as it grows.
 */
export function axisOf(lastMs: number, mostTicks = 5): Axis {
  const last = Math.max(leastMs, lastMs);
  const stepMs = stepFor(last, mostTicks);
  const ticks = [];
  for (let atMs = 0; atMs <= last; atMs += stepMs) ticks.push({ atMs, label: tickLabel(atMs, stepMs) });
  // A twelfth more, so that the last bar and the last label do not touch the edge.
  return { endMs: Math.ceil((last * 13) / 12 / (stepMs / 4)) * (stepMs / 4), stepMs, ticks };
}

function stepFor(ms: number, mostTicks: number): number {
  for (let power = 1; ; power *= 10) {
    const step = steps.map((times) => times * power).find((step) => ms / step < mostTicks);
    if (step !== undefined) return step;
  }
}

function tickLabel(atMs: number, stepMs: number): string {
  if (atMs === 0) return "0";
  if (stepMs < 200) return `${atMs} ms`;
  return `${Number((atMs / 1000).toFixed(1))} s`;
}

const exactly = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** For the tooltip and for screen readers, to a tenth of a millisecond: "Starts at 1,200 ms", "sent on after 3 ms", "first token after 612.4 ms", … */
export function barWords(bar: Bar, hasToken: boolean): readonly string[] {
  const { startMs, queuedMs, waitMs, streamMs, live } = bar;
  const ms = (value: number): string => `${exactly.format(value)} ms`;
  const words = [`Starts at ${ms(startMs)}`];
  if (queuedMs > 0) words.push(`sent on after ${ms(queuedMs)}`);
  if (hasToken)
    words.push(
      queuedMs > 0 ? `first token ${ms(waitMs)} later` : `first token after ${ms(waitMs)}`,
      `streams for ${ms(streamMs)}`,
    );
  else words.push(`waits for ${ms(waitMs)}`);
  words.push(live ? "goes on" : `ends at ${ms(endOf(bar))}`);
  return words;
}

/** Where each call stands on the time axis of its run: the wait for the first token and the streaming, told apart. */
import type { Call } from "../../contract/calls.ts";

type Timed = Pick<Call, "state" | "startMs" | "startedAt" | "ttftMs" | "durationMs">;

export interface Bar {
  /** Milliseconds after the run's first call. */
  readonly startMs: number;
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
  const elapsed = Math.min(Math.max(0, now - Date.parse(call.startedAt)), mostMs);
  const total = call.durationMs ?? (live ? elapsed : (call.ttftMs ?? 0));
  const wait = Math.min(call.ttftMs ?? total, total);
  return { startMs: call.startMs, waitMs: wait, streamMs: total - wait, live };
}

export interface Axis {
  readonly endMs: number;
  readonly ticks: readonly { readonly atMs: number; readonly label: string }[];
}

const steps = [1, 2, 5];
const mostTicks = 5;

/** An axis from zero that holds all bars, with at most five round ticks. */
export function axisOf(bars: readonly Bar[]): Axis {
  const last = Math.max(10, ...bars.map(endOf));
  const step = stepFor(last);
  const ticks = [];
  for (let atMs = 0; atMs <= last; atMs += step) ticks.push({ atMs, label: tickLabel(atMs, step) });
  // A twelfth more, so that the last bar and the last label do not touch the edge.
  return { endMs: last * (13 / 12), ticks };
}

/** End of a bar, ms after the run's first call. */
export function endOf(bar: Bar): number {
  return bar.startMs + bar.waitMs + bar.streamMs;
}

function stepFor(ms: number): number {
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

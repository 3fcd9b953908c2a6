/** The few kinds of calls that one looks for first, each with the chip that shows only them. Pure. */
import type { Call } from "../../contract/calls.ts";

export type QuickKind = "all" | "failed" | "live" | "unknown";

export const quickKinds: readonly {
  readonly kind: QuickKind;
  readonly label: string;
  readonly says: string;
}[] = [
  { kind: "all", label: "All", says: "All calls" },
  { kind: "failed", label: "Failed", says: "Calls that were refused, answered with an error or broke off" },
  { kind: "live", label: "Under way", says: "Calls whose reply is awaited or arriving" },
  {
    kind: "unknown",
    label: "Unknown cost",
    says: "Calls that may have been charged, but nobody told how much",
  },
];

export function isOfKind(call: Pick<Call, "state" | "costUsd">, kind: QuickKind): boolean {
  if (kind === "failed") return call.state === "failed";
  if (kind === "live") return isLive(call);
  return kind === "all" || isUnpriced(call);
}

export function isLive({ state }: Pick<Call, "state">): boolean {
  return state === "open" || state === "streaming";
}

/** It may have been charged, and nobody told how much. */
export function isUnpriced({ state, costUsd }: Pick<Call, "state" | "costUsd">): boolean {
  return state === "unknown" && costUsd === null;
}

/** How a call's price is shown in the list and the inspector: six digits, never a float, and "unknown" where nobody told it. */
import type { Call } from "../../contract/calls.ts";

const shownDigits = 6;

export interface CostWords {
  readonly text: string;
  /** Every digit of the wire, or why there is none. */
  readonly title: string;
  readonly known: boolean;
}

/** What the cost column says of one call. */
export function costOf(call: Pick<Call, "costUsd" | "state" | "simulated">): CostWords {
  if (call.costUsd !== null) {
    const exact = `$${call.costUsd}`.replace("$-", "-$");
    const title = call.simulated ? `${exact} at the simulator's prices: nothing is charged` : exact;
    return { text: formatCost(call.costUsd), title, known: true };
  }
  const title = call.state === "unknown" && call.simulated ? untoldSimulated : untold[call.state];
  return { text: call.state === "unknown" ? "unknown" : "–", title, known: false };
}

/** Why there is no price, by the state of the call. */
const untold: Readonly<Record<Call["state"], string>> = {
  open: "Told when the reply ends",
  streaming: "Told when the reply ends",
  done: "Requests of this kind are not charged",
  failed: "No price was told; a call that fails is normally not charged",
  unknown:
    "OpenRouter did not say what this call cost: the reply carried no usage, or broke off before it. It may have been charged.",
};

const untoldSimulated =
  "The reply ended before its price was told. The simulator charges nothing; with a real model it may have been charged.";

/**
 * Decimal USD text to six digits after the point, rounded half up on the digits themselves: "0.0041032" is "$0.004103".
 * Nothing is "$0.00", as everywhere. What is more than nothing never reads as nothing: "0.0000001" is "<$0.000001".
 */
export function formatCost(usd: string): string {
  const negative = usd.startsWith("-");
  const [whole = "0", fraction = ""] = usd.slice(negative ? 1 : 0).split(".");
  const scaled = BigInt(whole + fraction.padEnd(shownDigits + 1, "0").slice(0, shownDigits + 1));
  const micro = (scaled + 5n) / 10n;
  const sign = negative ? "-" : "";
  if (micro === 0n) return /[1-9]/.test(fraction) ? `<${sign}$0.000001` : "$0.00";
  const digits = String(micro).padStart(shownDigits + 1, "0");
  return `${sign}$${digits.slice(0, -shownDigits)}.${digits.slice(-shownDigits)}`;
}

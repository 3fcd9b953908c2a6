/** What the calls of a run give cause to warn of: requests sent again and again, and ceilings that stopped some. Pure. */
import { overBudgetCode, unknownPriceCode, type Call } from "../../contract/calls.ts";
import { limits } from "../../contract/limits.ts";

export interface CallAlarm {
  readonly kind: "repeats" | "over-budget" | "price-unknown";
  readonly says: string;
  readonly hint: string;
  /** The call that it is about. */
  readonly call: number;
}

export function callAlarms(calls: readonly Call[]): readonly CallAlarm[] {
  return [repeatsAlarm(calls), overBudgetAlarm(calls), priceAlarm(calls)].filter((alarm) => alarm !== null);
}

function repeatsAlarm(calls: readonly Call[]): CallAlarm | null {
  const most = calls.reduce<Call | null>(
    (found, call) => (call.repeats > (found?.repeats ?? 0) ? call : found),
    null,
  );
  if (most === null || most.repeats < limits.repeatsAlarm) return null;
  return {
    kind: "repeats",
    says: `The very same request was sent ${most.repeats + 1} times.`,
    hint: "A loop or a retry without a pause may spend without end.",
    call: most.number,
  };
}

function overBudgetAlarm(calls: readonly Call[]): CallAlarm | null {
  const stopped = calls.filter(({ error }) => error?.code === overBudgetCode);
  const [first] = stopped;
  if (first === undefined) return null;
  const more = stopped.length === 1 ? "" : ` and ${stopped.length - 1} more`;
  return {
    kind: "over-budget",
    says: `A ceiling stopped call ${first.number}${more}.`,
    hint: "Raise it, or ask for less with a smaller max_tokens.",
    call: first.number,
  };
}

function priceAlarm(calls: readonly Call[]): CallAlarm | null {
  const first = calls.find(({ error }) => error?.code === unknownPriceCode);
  if (first === undefined) return null;
  return {
    kind: "price-unknown",
    says: `Call ${first.number} was not sent: nobody tells what it may cost.`,
    hint: "Under a ceiling such calls need your leave.",
    call: first.number,
  };
}

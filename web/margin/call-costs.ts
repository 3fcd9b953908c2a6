/** Exact sums over thousands of calls, again with each change: the digits of a call that stayed the same are read once. Pure but for that. */
import type { Call } from "../../contract/calls.ts";
import { sumUsd } from "../shell/format.ts";

/** Digits behind the point that are counted here; more of them are rare enough to be read each time. */
const places = 18;
const unit = 10n ** BigInt(places);
const readBefore = new WeakMap<Call, bigint>();

/** Decimal text over the known prices; null while none is known. */
export function sumOfCosts(calls: readonly Call[]): string | null {
  let sum = 0n;
  let isAnyKnown = false;
  const long: string[] = [];
  for (const call of calls) {
    if (call.costUsd === null) continue;
    isAnyKnown = true;
    const known = readBefore.get(call) ?? read(call.costUsd);
    if (known === null) long.push(call.costUsd);
    else {
      readBefore.set(call, known);
      sum += known;
    }
  }
  return isAnyKnown ? sumUsd([textOf(sum), ...long]) : null;
}

function read(usd: string): bigint | null {
  const negative = usd.startsWith("-");
  const [whole = "0", fraction = ""] = usd.slice(negative ? 1 : 0).split(".");
  if (fraction.length > places) return null;
  const amount = BigInt(whole + fraction.padEnd(places, "0"));
  return negative ? -amount : amount;
}

function textOf(sum: bigint): string {
  const size = sum < 0n ? -sum : sum;
  const fraction = String(size % unit)
    .padStart(places, "0")
    .replace(/0+$/, "");
  return `${sum < 0n ? "-" : ""}${size / unit}${fraction === "" ? "" : `.${fraction}`}`;
}

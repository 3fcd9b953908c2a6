/** The order of the list: by one column, up or down, and of arrival where nothing else is wanted. Pure. */
import type { Call } from "../../contract/calls.ts";
import { nameOf, speedOf } from "./call-words.ts";
import { compareUsd, parseUsd, type Usd } from "./usd.ts";

export type SortId =
  | "number"
  | "line"
  | "model"
  | "provider"
  | "status"
  | "in"
  | "out"
  | "cost"
  | "first"
  | "duration"
  | "speed"
  | "finish"
  | "size";

/** Null is the order of arrival. */
export type Order = { readonly by: SortId; readonly way: "ascending" | "descending" } | null;

type Key = number | string | Usd | null;

const keys: Readonly<Record<SortId, (call: Call) => Key>> = {
  number: ({ number }) => number,
  line: ({ sentFrom }) => {
    const [place] = sentFrom ?? [];
    return place === undefined ? null : `${place.file}\n${String(place.line).padStart(9, "0")}`;
  },
  model: nameOf,
  provider: ({ provider }) => provider,
  // What failed without a status stands above all that have one.
  status: ({ status, state }) => status ?? (state === "failed" ? 1000 : null),
  in: ({ promptTokens }) => promptTokens,
  out: ({ completionTokens }) => completionTokens,
  cost: priceOf,
  first: ({ ttftMs }) => ttftMs,
  duration: ({ durationMs }) => durationMs,
  speed: speedOf,
  finish: ({ finishReason }) => finishReason,
  size: ({ responseBytes }) => responseBytes,
};

/** Whether the first press on the column's head shows the largest: what one looks for among figures. */
export function isLargestFirst(id: SortId): boolean {
  return !["number", "line", "model", "provider", "status", "finish"].includes(id);
}

/** The order after a press on a column's head: its own way, the other way, then that of arrival again. */
export function nextOrder(order: Order, by: SortId): Order {
  const first = isLargestFirst(by) ? "descending" : "ascending";
  if (order === null || order.by !== by) return { by, way: first };
  if (order.way !== first) return null;
  return { by, way: first === "ascending" ? "descending" : "ascending" };
}

/** Newer calls stand below older ones: what comes while one looks comes at the end. */
export function isOfArrival(order: Order): boolean {
  return order === null || (order.by === "number" && order.way === "ascending");
}

/** For sorting: what is not known stands last both ways, and what is alike in order of arrival. */
export function comparison(order: Order): (one: Call, other: Call) => number {
  if (order === null) return (one, other) => one.number - other.number;
  const keyOf = keys[order.by];
  const sign = order.way === "ascending" ? 1 : -1;
  return (one, other) => {
    const [key, otherKey] = [keyOf(one), keyOf(other)];
    const unknown = Number(key === null) - Number(otherKey === null);
    if (unknown !== 0) return unknown;
    return sign * compareKeys(key, otherKey) || one.number - other.number;
  };
}

function compareKeys(one: Key, other: Key): number {
  if (one === null || other === null) return 0;
  if (typeof one === "object" && typeof other === "object") return compareUsd(one, other);
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Read once for each state of a call: a sort asks many times. */
const prices = new WeakMap<Call, Usd>();

function priceOf(call: Call): Usd | null {
  if (call.costUsd === null) return null;
  const known = prices.get(call) ?? parseUsd(call.costUsd);
  if (known !== null) prices.set(call, known);
  return known;
}

/** Asks OpenRouter afterwards what calls cost whose replies did not tell it: with patience, in bounds, and again after a start. */
import { setTimeout as after } from "node:timers/promises";
import type { Call } from "../../contract/calls.ts";
import type { Result } from "../../contract/failures.ts";
import { limits } from "../../contract/limits.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { ClientFailure, GenerationFacts, PriceList } from "../openrouter/client.ts";
import type { CallChange, CallRow, CallStore } from "../store/call-store.ts";
import { billOf, priceOf } from "./bill.ts";
import { toCall } from "./call-view.ts";
import type { Ledger, Reservation } from "./gateway.ts";
import { usageOfGeneration } from "./usage-facts.ts";

export interface LookUps {
  add(call: CallRow, reservation: Reservation | null, changed: (call: Call) => void): void;
  /** Takes up what an earlier server left: calls of the last day that have a generation id. Answers how many. */
  resume(): Promise<number>;
  /** Gives up what waits; it is taken up at the next start. Resolves when nothing more is written. */
  close(): Promise<void>;
}

/**
 * A generation appears half a second to several seconds after its end (reference/openrouter-api.md, 5.1), and one that was
 * cut off ends when the provider does. About twenty minutes in all, ms.
 */
export const patience: readonly number[] = [
  500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
];
const atOnce = 4;

export interface LookUpParts {
  readonly calls: Pick<CallStore, "settleUnknown" | "unknownSince">;
  readonly ledger: Pick<Ledger, "settleLater">;
  /** With the key that is in force now in the owner's own session; null when there is none. */
  readonly ask: (call: CallRow, id: string) => Promise<Result<GenerationFacts, ClientFailure> | null>;
  readonly pricesFor: (call: CallRow) => PriceList;
  readonly clock: Clock;
  readonly log: Log;
  readonly waits?: readonly number[];
}

interface Waiting {
  readonly call: CallRow;
  readonly reservation: Reservation | null;
  readonly changed: (call: Call) => void;
}

export function createLookUps(parts: LookUpParts): LookUps {
  const { calls, clock, log, waits = patience } = parts;
  const stopped = new AbortController();
  const known = new Map<string, Waiting>();
  const working = new Set<Promise<void>>();
  let asking = 0;
  const queue: (() => void)[] = [];

  /** Few are asked about at once: they may be many after an outage. */
  const inPlace = async <T>(work: () => Promise<T>): Promise<T> => {
    if (asking >= atOnce) await new Promise<void>((resolve) => queue.push(resolve));
    asking += 1;
    try {
      return await work();
    } finally {
      asking -= 1;
      queue.shift()?.();
    }
  };

  const lookUp = async (waiting: Waiting): Promise<void> => {
    const { call, changed } = waiting;
    const id = call.generationId;
    for (const wait of waits) {
      await after(wait, undefined, { ref: false, signal: stopped.signal });
      if (known.get(call.id) !== waiting) return;
      const answer = id === null ? null : await inPlace(() => parts.ask(call, id));
      if (stopped.signal.aborted) return;
      if (answer?.ok === true) {
        const settled = await settle(parts, waiting, answer.value);
        if (settled !== null) changed(toCall(settled));
        return;
      }
    }
    log.warn({ callId: call.id }, "what a call cost was not to be learnt");
  };

  const begin = (waiting: Waiting): void => {
    const { id } = waiting.call;
    if (stopped.signal.aborted || waiting.call.generationId === null || known.has(id)) return;
    known.set(id, waiting);
    const [oldest] = known.keys();
    if (known.size > limits.lookupsWaiting && oldest !== undefined) known.delete(oldest);
    const work = lookUp(waiting)
      .catch((error: unknown) => {
        if (!stopped.signal.aborted) log.error({ err: error, callId: id }, "a call could not be looked up");
      })
      .finally(() => {
        known.delete(id);
        working.delete(work);
      });
    working.add(work);
  };

  return {
    add: (call, reservation, changed) => begin({ call, reservation, changed }),

    async resume() {
      const left = await calls.unknownSince(clock.now() - limits.lookupMs, limits.lookupsWaiting);
      for (const call of left) begin({ call, reservation: null, changed: () => undefined });
      return left.length;
    },

    async close() {
      stopped.abort();
      for (const go of queue.splice(0)) go();
      await Promise.all(working);
    },
  };
}

/** The row as it is then; null when it was settled before, or is gone. */
async function settle(
  parts: LookUpParts,
  { call, reservation }: Waiting,
  facts: GenerationFacts,
): Promise<CallRow | null> {
  const price = priceOf(facts.costText);
  if (price === null) return null;
  const catalogued = call.model === null ? null : await parts.pricesFor(call).listing(call.model);
  const bill = billOf(
    {
      usage: usageOfGeneration(facts),
      costText: facts.costText,
      costPicoUsd: price,
      toldBy: "generation",
      serviceTier: null,
    },
    catalogued,
  );
  const change: CallChange = {
    ...endAfter(call),
    costText: facts.costText,
    costPicoUsd: price,
    bill: JSON.stringify(bill),
    promptTokens: facts.promptTokens ?? call.promptTokens,
    completionTokens: facts.completionTokens ?? call.completionTokens,
    provider: facts.provider ?? call.provider,
  };
  const wasUnknown = await parts.ledger.settleLater(call, reservation, async () =>
    (await parts.calls.settleUnknown(call.id, change)) ? price : null,
  );
  if (!wasUnknown) return null;
  parts.log.info({ callId: call.id, runId: call.runId }, "a call's price was learnt afterwards");
  return { ...call, ...change };
}

/** As if the price had been told in time: a program may leave as soon as it has what it wanted; a break stays one. */
function endAfter({
  errorCode,
}: CallRow): Pick<CallRow, "state" | "errorCode" | "errorMessage"> | { state: "failed" } {
  if (errorCode === "program-left" || errorCode === "unpriced")
    return { state: "done", errorCode: null, errorMessage: null };
  return { state: "failed" };
}

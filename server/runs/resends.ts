/** Sends a recorded call once more as a new call of its run: on the same ceilings, by the gateway, one at a time for each owner. */
import { done, refused, type Result } from "../../contract/failures.ts";
import type { Call, ResendCall } from "../../contract/calls.ts";
import type { OwnerId, RunId } from "../../contract/ids.ts";
import { limits } from "../../contract/limits.ts";
import type { SetReach } from "../../contract/session.ts";
import type { Clock } from "../clock.ts";
import { createCallOrder } from "../gateway/call-order.ts";
import { toCall } from "../gateway/call-view.ts";
import type { Gateway, GatewayRun, Resending, ResendRequest, RunMoney } from "../gateway/gateway.ts";
import type { Caller, Handlers } from "../http/handlers.ts";
import type { Upstream } from "../openrouter/upstream.ts";
import type { CallRow, CallStore, ListedCall, Recording } from "../store/call-store.ts";
import type { RunRow, RunStore } from "../store/run-store.ts";
import { placeholderKey } from "./environment.ts";
import type { LateCalls } from "./late-calls.ts";
import type { LiveRun } from "./live-run.ts";

export interface ResendParts {
  readonly calls: Pick<CallStore, "list" | "find">;
  readonly runs: Pick<RunStore, "find">;
  readonly gateway: Pick<Gateway, "resend">;
  readonly clock: Clock;
  readonly live: (id: RunId) => LiveRun | undefined;
  readonly late: LateCalls;
  /** Where calls of such a run go when this caller sends them; null: that takes a key, and there is none. */
  readonly upstreamFor: (caller: Caller, simulated: boolean) => Promise<Upstream | null>;
  readonly reachOf: (owner: OwnerId) => Promise<SetReach>;
  readonly moneyFor: (row: RunRow, heldPicoUsd: bigint) => Promise<Omit<RunMoney, "stop">>;
}

export interface Resends {
  readonly handlers: Pick<Handlers, "resendCall" | "stopCall">;
  /** Cuts off what is under way; resolves when it is settled. */
  close(): Promise<void>;
}

/** The one that an owner has under way. */
interface UnderWay {
  readonly run: RunId;
  number: number | null;
  resending: Resending | null;
}

export function createResends(parts: ResendParts): Resends {
  const underWay = new Map<OwnerId, UnderWay>();
  const working = new Set<Promise<void>>();
  /** Presses whose row is not written yet, by owner and key: the same press again is answered with the same call. */
  const starting = new Map<string, Promise<Result<Call>>>();
  let isClosing = false;

  /** Its row tells: what is still done after it was written holds nobody up. */
  const isOver = async (owner: OwnerId, { run, number }: UnderWay): Promise<boolean> => {
    const found = number === null ? null : await parts.calls.find(owner, run, number);
    return found !== null && hasEnded(found.row);
  };

  const start = async (
    caller: Caller,
    run: RunId,
    number: number,
    body: ResendCall,
  ): Promise<Result<Call>> => {
    const { ownerId } = caller;
    const found = await parts.calls.find(ownerId, run, number);
    if (found === null) return refused({ code: "not-found" });
    const earlier = (await parts.calls.list(ownerId, run)).find(
      (row) => row.resendKey === body.idempotencyKey,
    );
    if (earlier !== undefined) return done(toCall(earlier));
    const request = requestOf(found.row, found.recording, body.text);
    if (!request.ok) return request;
    const before = underWay.get(ownerId);
    const isFree = before === undefined || (await isOver(ownerId, before));
    if (isClosing) return refused({ code: "shutting-down" });
    // Meanwhile it may have left by itself, or another have come.
    const now = underWay.get(ownerId);
    if (now !== undefined && (now !== before || !isFree))
      return refused({
        code: "too-many",
        says: "A call that you sent again goes on; one is sent at a time.",
      });
    const mine: UnderWay = { run, number: null, resending: null };
    underWay.set(ownerId, mine);
    const leave = (): void => {
      if (underWay.get(ownerId) === mine) underWay.delete(ownerId);
    };
    try {
      const place = await placeOf(parts, caller, run);
      if (place.ok) return await send(place.value, request.value, found.row, body, mine, leave);
      leave();
      return place;
    } catch (error) {
      leave();
      throw error;
    }
  };

  const send = async (
    { run, close }: Place,
    request: ResendRequest,
    { number }: CallRow,
    { idempotencyKey }: ResendCall,
    mine: UnderWay,
    leave: () => void,
  ): Promise<Result<Call>> => {
    const again = { of: number, key: idempotencyKey };
    const resending = parts.gateway.resend({ ...run, resend: again }, request);
    mine.resending = resending;
    if (isClosing) resending.abort(closed);
    const timer = setTimeout(() => resending.abort(tooLong), limits.resendMs);
    const work = resending.ended.finally(() => {
      clearTimeout(timer);
      close();
      leave();
      working.delete(work);
    });
    working.add(work);
    const call = await resending.opened;
    if (call === null) return refused({ code: "store-unavailable" });
    mine.number = call.number;
    return done(call);
  };

  return {
    handlers: {
      resendCall({ params, body }, caller) {
        const name = `${caller.ownerId} ${params.run} ${body.idempotencyKey}`;
        const known = starting.get(name);
        if (known !== undefined) return known;
        const started = start(caller, params.run, Number(params.number), body).finally(() =>
          starting.delete(name),
        );
        starting.set(name, started);
        return started;
      },

      async stopCall({ params }, caller) {
        const found = await parts.calls.find(caller.ownerId, params.run, Number(params.number));
        if (found === null) return refused({ code: "not-found" });
        if (hasEnded(found.row)) return refused({ code: "call-ended" });
        const mine = underWay.get(caller.ownerId);
        if (mine?.run === params.run && mine.number === Number(params.number) && mine.resending !== null) {
          mine.resending.abort("Stopped by you before the reply was whole.");
          return done({});
        }
        return refused({
          code: "call-ended",
          says: "This call is the program's own, and ends with it.",
          hint: "Stop the run.",
        });
      },
    },

    async close() {
      isClosing = true;
      for (const { resending } of underWay.values()) resending?.abort(closed);
      await Promise.allSettled(starting.values());
      await Promise.all(working);
    },
  };
}

const hasEnded = ({ state }: Pick<Call, "state">): boolean => state !== "open" && state !== "streaming";

const closed = "The server shut down before the reply was whole.";
const tooLong = `Cut off after ${limits.resendMs / 60_000} minutes.`;

/** The same request with another body, or why there is none. */
function requestOf(row: CallRow, recording: Recording | null, text: string | null): Result<ResendRequest> {
  const no = (says: string) => refused({ code: "bad-request", says } as const);
  if (!hasEnded(row)) return no("This call goes on; wait until it has ended.");
  if (recording === null) return no("Nothing was recorded of this call, so it can't be sent again.");
  if (!/^\/[\x21-\x7e]*$/.test(row.path)) return no("Its address is not one that can be sent again.");
  if (text === null && row.requestBytes > recording.requestBody.length)
    return no("Its request was larger than what is recorded, so it can't be sent again as it was.");
  const recorded = recording.requestBody.length === 0 ? null : recording.requestBody;
  const rawHeaders = recording.requestHeaders
    // A text is sent as it is, however the recorded body was coded.
    .filter(([name]) => text === null || !/^content-encoding$/i.test(name))
    .flat();
  const body = text === null ? recorded : Buffer.from(text);
  return done({ method: row.method, path: row.path, rawHeaders, body, key: placeholderKey() });
}

interface Place {
  readonly run: Omit<GatewayRun, "resend">;
  readonly close: () => void;
}

/** The run as it goes on, with its numbers and its account; or taken up where it ended. */
async function placeOf(parts: ResendParts, caller: Caller, id: RunId): Promise<Result<Place>> {
  const { ownerId } = caller;
  const row = parts.live(id)?.row ?? (await parts.runs.find(ownerId, id));
  if (row === null) return refused({ code: "not-found" });
  const upstream = await parts.upstreamFor(caller, row.simulated);
  if (upstream === null) return refused({ code: "needs-key" });
  const changed = (call: Call): void => tell(parts, call);
  const reach = { hosts: [], current: () => parts.reachOf(ownerId), note: () => undefined };
  const base = { runId: id, ownerId, upstream, changed, reach };
  const going = parts.live(id)?.under ?? null;
  if (going !== null) {
    const account = going.money.account.share();
    const money = { ...going.money, ...alone, account };
    return done({ run: { ...base, order: going.order, money }, close: () => account.close() });
  }
  const calls = await parts.calls.list(ownerId, id);
  if ((calls.at(-1)?.number ?? 0) >= limits.callsPerRun)
    return refused({
      code: "too-many",
      says: `A run may make ${limits.callsPerRun} calls, and this one has.`,
      hint: "Send it again from another run.",
    });
  const money = { ...(await parts.moneyFor(row, heldBy(calls))), ...alone };
  const now = (): number => parts.clock.monotonic();
  const order = createCallOrder(now, calls.at(-1)?.number ?? 0, now() - lengthOf(calls));
  return done({ run: { ...base, order, money }, close: () => money.account.close() });
}

/** A person who sends a call again is no retry storm. */
const alone = { repeats: null, stop: () => undefined };

export function tell({ live, late }: Pick<ResendParts, "live" | "late">, call: Call): void {
  const running = live(call.runId);
  if (running === undefined || running.isOver) late.tell(call);
  else running.called(call);
}

/** As the ledger counts (server/store/held.ts). */
function heldBy(calls: readonly ListedCall[]): bigint {
  const unsettled = (state: Call["state"]): boolean =>
    state === "open" || state === "streaming" || state === "unknown";
  return calls.reduce(
    (sum, { costPicoUsd, state, reservedPicoUsd }) =>
      sum + (costPicoUsd ?? (unsettled(state) ? (reservedPicoUsd ?? 0n) : 0n)),
    0n,
  );
}

/** From the first call to the end of the last, ms. */
const lengthOf = (calls: readonly ListedCall[]): number =>
  Math.max(0, ...calls.map(({ startMs, durationMs }) => startMs + (durationMs ?? 0)));

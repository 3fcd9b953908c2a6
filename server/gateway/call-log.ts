/** Writes a call's row as it goes along and announces each change; a fault of the store is logged and goes no further. */
import type { Call } from "../../contract/calls.ts";
import type { Log } from "../log.ts";
import type { CallChange, CallRow, CallStore, Recording } from "../store/call-store.ts";
import { toCall } from "./call-view.ts";

export interface CallLog {
  /**
   * Resolves with true when the row is there, with false when the store has failed to write it. `mustLast`: only when it
   * outlives a power cut.
   */
  open(mustLast: boolean): Promise<boolean>;
  /** Written soon, behind what is still being written; a call that ends until then has it written with its end. */
  change(change: CallChange): void;
  /** Told at once, but only written with what is written next: the call's end has it, too. */
  note(change: CallChange): void;
  /** The end state with the recording. Resolves when both are written and outlive a power cut; only then they are told. */
  close(change: CallChange, recording: Recording): Promise<void>;
}

export function createCallLog(
  parts: { readonly calls: CallStore; readonly log: Log; readonly changed: (call: Call) => void },
  first: CallRow,
): CallLog {
  const { calls } = parts;
  let row = first;
  let writing: Promise<boolean> = Promise.resolve(true);
  /** What is not written yet. */
  let pending: CallChange | null = null;

  const inTurn = async (
    before: Promise<boolean>,
    what: string,
    effect: () => Promise<void>,
  ): Promise<boolean> => {
    await before;
    try {
      await effect();
      return true;
    } catch (error) {
      parts.log.error(
        { err: error, callId: row.id, runId: row.runId },
        `a call's ${what} could not be stored`,
      );
      return false;
    }
  };
  const write = (what: string, effect: () => Promise<void>): Promise<boolean> => {
    writing = inTurn(writing, what, effect);
    return writing;
  };
  let isToldOf = true;
  const tell = (): void => {
    isToldOf = true;
    parts.changed(toCall(row));
  };
  /** Of its first state, which comes before all others. */
  const tellOpened = (): void => {
    if (!isToldOf) tell();
  };

  const writePending = (): void => {
    const change = pending;
    if (change === null) return;
    pending = null;
    void write("state", async () => {
      tellOpened();
      row = { ...row, ...change };
      await calls.update(row.id, change);
      tell();
    });
  };

  return {
    async open(mustLast) {
      const isWritten = await write("row", async () => {
        await calls.create(row);
        if (mustLast) await calls.synced();
      });
      // In this turn it is sent on; the upstream has no answer before the next one.
      isToldOf = !isWritten;
      if (isWritten) setImmediate(tellOpened);
      return isWritten;
    },
    change(change) {
      // A reply that comes at once begins and ends in the same turns of the event loop.
      if (pending === null) setImmediate(() => setImmediate(writePending));
      pending = { ...pending, ...change };
    },
    note(change) {
      if (pending !== null) {
        pending = { ...pending, ...change };
        return;
      }
      tellOpened();
      row = { ...row, ...change };
      // Not before what it comes after has been told.
      void writing.then(tell);
    },
    async close(change, recording) {
      const last = { ...pending, ...change };
      pending = null;
      const isWhole = await write("end", () => calls.finish(row.id, last, recording));
      // The row holds the money: it is written though there may be no room for the recording.
      if (!isWhole) await write("end", () => calls.update(row.id, last));
      await write("end", () => calls.synced());
      tellOpened();
      row = { ...row, ...last };
      tell();
    },
  };
}

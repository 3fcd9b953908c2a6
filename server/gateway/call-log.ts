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
  /** Queued behind what is still being written. */
  change(change: CallChange): void;
  /** The end state, then the recording. Resolves when both are written and outlive a power cut; only then they are told. */
  close(change: CallChange, recording: Recording): Promise<void>;
}

export function createCallLog(
  parts: { readonly calls: CallStore; readonly log: Log; readonly changed: (call: Call) => void },
  first: CallRow,
): CallLog {
  let row = first;
  let writing: Promise<boolean> = Promise.resolve(true);

  const inTurn = async (
    before: Promise<boolean>,
    what: string,
    effect: () => Promise<void>,
    announce: boolean,
  ): Promise<boolean> => {
    await before;
    try {
      await effect();
    } catch (error) {
      const where = { err: error, callId: row.id, runId: row.runId };
      parts.log.error(where, `a call's ${what} could not be stored`);
      return false;
    }
    if (announce) parts.changed(toCall(row));
    return true;
  };
  const write = (what: string, effect: () => Promise<void>, announce: boolean): Promise<boolean> => {
    writing = inTurn(writing, what, effect, announce);
    return writing;
  };

  const update = (change: CallChange) => (): Promise<void> => {
    row = { ...row, ...change };
    return parts.calls.update(row.id, change);
  };

  return {
    open: (mustLast) =>
      write(
        "row",
        async () => {
          await parts.calls.create(row);
          if (mustLast) await parts.calls.synced();
        },
        true,
      ),
    change: (change) => void write("row", update(change), true),
    async close(change, recording) {
      const { id } = row;
      // The row first: it holds the money.
      await write("end", update(change), false);
      await write("recording", () => parts.calls.saveRecording(id, recording), false);
      await write("end", () => parts.calls.synced(), false);
      parts.changed(toCall(row));
    },
  };
}

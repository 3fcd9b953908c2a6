/** Ends of calls are written together with those that come within the next few milliseconds: each transaction costs as much as several ends. */
import type { CallId } from "../../contract/ids.ts";
import type { CallChange, Recording } from "./call-store.ts";

export interface CallEnd {
  readonly id: CallId;
  readonly change: CallChange;
  readonly recording: Recording;
}

/** So long an end waits for others. Nobody waits for it but who wants to be told of it. */
const companyMs = 20;
/** Those that wait are written at once when they are more, or larger together. */
const most = { ends: 64, bytes: 1024 * 1024 };

/** `write` writes all or none. One that can't be written fails alone. */
export function createCallEnds(
  write: (ends: readonly CallEnd[]) => Promise<void>,
): (end: CallEnd) => Promise<void> {
  let together: { readonly end: CallEnd; readonly written: PromiseWithResolvers<void> }[] = [];
  let bytes = 0;
  let gathering: NodeJS.Timeout | undefined;

  const writeAll = async (): Promise<void> => {
    clearTimeout(gathering);
    const now = together;
    together = [];
    bytes = 0;
    if (now.length > 1) {
      try {
        await write(now.map(({ end }) => end));
        for (const { written } of now) written.resolve();
        return;
      } catch {
        // Whose fault it was shows when each is written by itself.
      }
    }
    for (const { end, written } of now) await write([end]).then(written.resolve, written.reject);
  };

  return (end) => {
    const written = Promise.withResolvers<void>();
    together.push({ end, written });
    bytes += end.recording.requestBody.length + end.recording.responseBody.length;
    if (together.length >= most.ends || bytes >= most.bytes) void writeAll();
    else if (together.length === 1) gathering = setTimeout(() => void writeAll(), companyMs);
    return written.promise;
  };
}

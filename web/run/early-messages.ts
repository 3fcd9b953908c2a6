/** Keeps what the socket tells of a run before the answer to its start has said which run that is. */
import type { SocketMessage } from "../../contract/events.ts";

export type RunMessage = Extract<SocketMessage, { readonly type: "events" | "caught-up" }>;

export interface EarlyMessages {
  /** A start is under way: from now on messages of unknown runs are kept. */
  readonly gather: () => void;
  readonly add: (message: RunMessage) => void;
  /** What came since, in order; null when it was too much and the run has to be asked for. Keeps nothing afterwards. */
  readonly take: () => readonly RunMessage[] | null;
}

/** An answer that is this late comes over a line that is slower than asking anew. */
const mostMessages = 200;

export function createEarlyMessages(): EarlyMessages {
  let gathered: RunMessage[] | null = null;
  let isTooMuch = false;
  return {
    gather: () => {
      gathered = [];
      isTooMuch = false;
    },
    add: (message) => {
      if (gathered === null) return;
      if (gathered.length < mostMessages) gathered.push(message);
      else isTooMuch = true;
    },
    take: () => {
      const taken = isTooMuch ? null : (gathered ?? []);
      gathered = null;
      return taken;
    },
  };
}

/** Sends a program's request to OpenRouter: the key is added here, last, and never comes back. */
import { refused } from "../../contract/failures.ts";
import type { Log } from "../log.ts";
import type { Dialer } from "./dial.ts";
import { aborted, send, type Patience } from "./send.ts";
import type { Upstream } from "./upstream.ts";

const patience: Patience = { connectMs: 10_000, firstByteMs: 120_000, idleMs: 120_000 };

export interface UpstreamOptions {
  /** Shared by all who send to one place: its connections stay warm between runs. */
  readonly dialer: Dialer;
  /** The key that is in force now; null when there is none. */
  readonly key: () => Promise<string | null>;
  readonly simulated: boolean;
  readonly log: Log;
  readonly patience?: Patience;
}

export function createUpstream(options: UpstreamOptions): Upstream {
  const { dialer } = options;
  return {
    simulated: options.simulated,
    warm: () => dialer.warm(),
    async send(request) {
      const key = request.withKey ? await readKey(options) : null;
      if (request.withKey && key === null)
        return refused({
          code: "no-key",
          message:
            "There is no OpenRouter key: give this IDE one, by “no key” in the foot of its page, or as OPENROUTER_API_KEY when it is started.",
        });
      if (request.signal.aborted) return refused(aborted);
      return send(dialer, request, key, options.patience ?? patience);
    },
  };
}

async function readKey({ key, log }: UpstreamOptions): Promise<string | null> {
  try {
    const found = await key();
    // Anything else could not stand in a header, and no key looks so.
    return found !== null && /^[\x21-\x7e]{1,512}$/.test(found) ? found : null;
  } catch (error) {
    log.error({ err: error }, "the key could not be read");
    return null;
  }
}

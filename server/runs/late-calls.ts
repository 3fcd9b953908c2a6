/** What becomes of calls whose run is over: sent again by a person, or priced afterwards. Whoever looks at the run hears of it. */
import type { Call } from "../../contract/calls.ts";
import type { CallId, RunId } from "../../contract/ids.ts";

export class LateCalls {
  readonly #watchers = new Map<RunId, Set<(call: Call) => void>>();

  tell(call: Call): void {
    for (const heard of this.#watchers.get(call.runId) ?? []) heard(call);
  }

  /** The newest state of each call, as soon as there is one that was not taken yet. */
  watch(run: RunId): LateWatch {
    const newest = new Map<CallId, Call>();
    let wake = (): void => undefined;
    const heard = (call: Call): void => {
      newest.set(call.id, call);
      wake();
    };
    const watchers = this.#watchers.get(run) ?? new Set();
    this.#watchers.set(run, watchers.add(heard));
    return {
      async next(signal) {
        if (newest.size === 0 && !signal.aborted)
          await new Promise<void>((resolve) => {
            wake = resolve;
            signal.addEventListener("abort", () => resolve(), { once: true });
          });
        const calls = [...newest.values()];
        newest.clear();
        return calls;
      },
      [Symbol.dispose]: () => {
        watchers.delete(heard);
        if (watchers.size === 0 && this.#watchers.get(run) === watchers) this.#watchers.delete(run);
      },
    };
  }
}

export interface LateWatch extends Disposable {
  /** Empty only when it was aborted. */
  next(signal: AbortSignal): Promise<readonly Call[]>;
}

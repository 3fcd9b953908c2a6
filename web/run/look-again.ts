/** Looks after a run's end for prices that were learnt since: the server asks for them later, and tells nobody who does not ask. */
import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Call } from "../../contract/calls.ts";
import { limits } from "../../contract/limits.ts";
import type { AppState } from "../state/app-state.ts";

/** As patient as the server is with OpenRouter, about twenty minutes in all, ms. */
export const pauses: readonly number[] = [
  2_000, 4_000, 8_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
];

export interface LookAgain {
  /** Calls of the run in view whose price may still be learnt. */
  readonly count: ReadonlySignal<number>;
  readonly asking: ReadonlySignal<boolean>;
  /** No further look is planned. */
  readonly over: ReadonlySignal<boolean>;
  /** Looks now, and goes on looking as patiently as at first. */
  readonly now: () => void;
}

/** The server looks a price up by its generation, for a day. */
export function isLearnable(call: Call, now: number): boolean {
  return (
    call.state === "unknown" &&
    call.costUsd === null &&
    call.generationId !== null &&
    now - Date.parse(call.startedAt) < limits.lookupMs
  );
}

/** `ask` fetches the calls of the run in view into the page's state; false when the server did not answer. */
export function createLookAgain(app: AppState, ask: () => Promise<boolean>): LookAgain {
  const asking = signal(false);
  const over = signal(false);
  const isVisible = signal(document.visibilityState === "visible");
  const count = computed(() =>
    app.running.value ? 0 : app.calls.value.filter((call) => isLearnable(call, Date.now())).length,
  );
  const isWanted = computed(() => count.value > 0 && isVisible.value);
  let looked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const plan = (): void => {
    clearTimeout(timer);
    const pause = pauses[looked];
    over.value = pause === undefined;
    if (pause !== undefined) timer = setTimeout(() => void look(), pause);
  };
  const look = async (): Promise<void> => {
    clearTimeout(timer);
    if (asking.peek()) return;
    looked += 1;
    asking.value = true;
    await ask();
    asking.value = false;
    if (isWanted.peek()) plan();
  };

  document.addEventListener("visibilitychange", () => {
    isVisible.value = document.visibilityState === "visible";
  });
  const run = computed(() => app.run.value?.id);
  effect(() => {
    // Another run begins from the start.
    void run.value;
    looked = 0;
  });
  effect(() => {
    if (isWanted.value) plan();
    else clearTimeout(timer);
  });
  return {
    count,
    asking,
    over,
    now: () => {
      looked = 0;
      void look();
    },
  };
}

export const LookAgainContext = createContext<LookAgain | null>(null);

export function useLookAgain(): LookAgain {
  const lookAgain = useContext(LookAgainContext);
  if (lookAgain === null) throw new Error("useLookAgain outside of LookAgainContext");
  return lookAgain;
}

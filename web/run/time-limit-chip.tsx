/** How long a run may take: shown in the foot, chosen from a few lengths or typed, up to the server's own maximum. */
import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { limits } from "../../contract/limits.ts";
import { Dialog } from "../shell/dialog.tsx";
import { useApp } from "../state/app-state.ts";
import { useLayout } from "../state/layout.ts";
import "./time-limit-chip.css";
import { limitWords } from "./run-words.ts";

/** Lengths that people choose, s. */
const offered = [10, 30, 60, 300, 600] as const;

export function TimeLimitChip() {
  const app = useApp();
  const layout = useLayout();
  const chip = useRef<HTMLButtonElement>(null);
  const open = useSignal(false);
  const allowed = app.session.value?.timeoutMs;
  if (allowed === undefined) return null;
  const ms = Math.min(layout.timeoutMs.value === 0 ? allowed.default : layout.timeoutMs.value, allowed.max);
  return (
    <>
      <button
        ref={chip}
        type="button"
        class="status-chip"
        aria-haspopup="dialog"
        aria-expanded={open.value}
        title="A run that takes longer is ended"
        onClick={() => (open.value = true)}
      >
        limit {limitWords(ms)}
      </button>
      <Dialog
        open={open.value}
        onClose={() => (open.value = false)}
        label="Time limit of a run"
        anchor={chip.current}
        class="limit-dialog"
      >
        <LimitForm chosenMs={ms} maxMs={allowed.max} onDone={() => (open.value = false)} />
      </Dialog>
    </>
  );
}

interface LimitFormProps {
  readonly chosenMs: number;
  readonly maxMs: number;
  readonly onDone: () => void;
}

function LimitForm({ chosenMs, maxMs, onDone }: LimitFormProps) {
  const layout = useLayout();
  const id = useId();
  const text = useSignal(String(chosenMs / 1_000));
  const typedMs = Number(text.value) * 1_000;
  const isFine = Number.isInteger(typedMs) && typedMs >= limits.runTimeoutMinMs && typedMs <= maxMs;
  const choose = (ms: number): void => {
    layout.timeoutMs.value = ms;
    onDone();
  };
  return (
    <form
      class="dialog-body limit-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isFine) choose(typedMs);
      }}
    >
      <div class="limit-choices">
        {offered
          .map((seconds) => seconds * 1_000)
          .filter((ms) => ms <= maxMs)
          .map((ms) => (
            <button
              key={ms}
              type="button"
              class="btn btn-sm"
              aria-pressed={ms === chosenMs}
              onClick={() => choose(ms)}
            >
              {limitWords(ms)}
            </button>
          ))}
      </div>
      <label class="label" for={id}>
        Seconds
      </label>
      <div class="limit-line">
        <input
          id={id}
          class="form-control"
          inputMode="numeric"
          value={text.value}
          aria-invalid={!isFine}
          aria-describedby={`${id}-says`}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        <button type="submit" class="btn btn-primary" disabled={!isFine}>
          Set
        </button>
      </div>
      <p id={`${id}-says`} class={isFine ? "says" : "says bad"} aria-live="polite">
        {isFine
          ? "At the limit the program is interrupted, and two seconds later killed."
          : `From ${limits.runTimeoutMinMs / 1_000} s to ${limitWords(maxMs)}, this server's maximum.`}
      </p>
    </form>
  );
}

/** Where a person says what programs may spend, with what is held now against each ceiling. */
import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { limits } from "../../contract/limits.ts";
import { ceilingLabels, type Ceilings, type ChangeCeilings } from "../../contract/session.ts";
import { useApi } from "../api/api-context.ts";
import { formatUsd } from "../shell/format.ts";
import { useApp } from "../state/app-state.ts";
import { amountWords, readAmount, shareOf } from "./amounts.ts";
import { HeldBar } from "./held-bar.tsx";
import { heldOfRun, type CeilingName } from "./spending.ts";

type Typed = Readonly<Record<CeilingName, string>>;

interface Answer {
  readonly kind: "ok" | "bad" | "";
  readonly says: string;
}

const fields = [
  { which: "run", label: ceilingLabels.run, says: "All calls of one run; from the next run on." },
  { which: "session", label: ceilingLabels.session, says: "All real calls from when you set it." },
  { which: "day", label: ceilingLabels.day, says: "All real calls of a day, UTC." },
] as const;

export function CeilingsForm({ onDone }: { readonly onDone: () => void }) {
  const app = useApp();
  const api = useApi();
  const form = useRef<HTMLFormElement>(null);
  const set = app.session.peek()?.ceilings;
  const typed = useSignal<Typed>({
    run: set?.runUsd ?? "",
    session: set?.sessionUsd ?? "",
    day: set?.dayUsd ?? "",
  });
  const allowUnknown = useSignal(set?.allowUnknownPrices ?? false);
  const stops = useSignal(typeof set?.stopAfterRepeats === "number");
  const repeats = useSignal(String(set?.stopAfterRepeats ?? limits.repeatsAlarm));
  const answer = useSignal<Answer | null>(null);
  const busy = useSignal(false);
  const ceilings = app.session.value?.ceilings;
  const times = timesOf(repeats.value);

  /** Null, with the first field that is wrong in focus, when something typed is no amount. */
  const wanted = (): ChangeCeilings | null => {
    const [run, session, day] = fields.map(({ which }) => readAmount(typed.value[which]));
    if (run?.ok !== true || session?.ok !== true || day?.ok !== true || (stops.value && times === null)) {
      form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
      return null;
    }
    return {
      runUsd: run.usd,
      sessionUsd: session.usd,
      dayUsd: day.usd,
      allowUnknownPrices: allowUnknown.value,
      stopAfterRepeats: stops.value ? times : null,
    };
  };
  const send = async (body: ChangeCeilings | null, says: string): Promise<boolean> => {
    if (body === null || busy.value) return false;
    busy.value = true;
    const saved = await api.setCeilings({ body });
    busy.value = false;
    if (saved.ok) {
      app.session.value = saved.value;
      answer.value = { kind: "ok", says };
    } else answer.value = { kind: "bad", says: `${saved.error.says} ${saved.error.hint}` };
    return saved.ok;
  };
  const save = async (): Promise<void> => {
    if (!(await send(wanted(), "Saved."))) return;
    app.notify({ kind: "ok", says: savedWords(app.session.value?.ceilings) });
    onDone();
  };
  const change = (): void => {
    answer.value = null;
  };

  return (
    <form
      ref={form}
      class="dialog-body ceilings-form"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {fields.map(({ which, label, says }, index) => (
        <AmountField
          key={which}
          label={label}
          says={says}
          first={index === 0}
          typed={typed.value[which]}
          held={ceilings === undefined ? null : heldIn(which, ceilings, heldOfRun(app.calls.value))}
          onType={(text) => {
            typed.value = { ...typed.value, [which]: text };
            change();
          }}
          onCountAnew={
            which !== "session" || ceilings?.sessionUsd == null || ceilings.sessionSpentUsd === "0"
              ? null
              : () => void send({ ...asSet(ceilings), countAnew: true }, "The session counts from now on.")
          }
        />
      ))}
      {app.session.value?.simulated === true && (
        <p class="says">
          The simulator answers now: it charges nothing, so only the ceiling of each run holds, in its prices.
        </p>
      )}
      <label class="ceilings-choice">
        <input
          type="checkbox"
          class="form-check-input"
          checked={allowUnknown.value}
          onChange={(event) => {
            allowUnknown.value = event.currentTarget.checked;
            change();
          }}
        />
        <span>
          {ceilingLabels.unknownPrices}
          <small>Under a ceiling, calls whose price nobody lists are refused otherwise.</small>
        </span>
      </label>
      <Repeats
        stops={stops.value}
        typed={repeats.value}
        isFine={times !== null}
        onChange={(on, text) => {
          stops.value = on;
          repeats.value = text;
          change();
        }}
      />
      <div class="ceilings-foot">
        <p class={`says ${answer.value?.kind ?? ""}`} role="status">
          {answer.value?.says ?? "What is set holds at once; empty means no ceiling."}
        </p>
        <button type="submit" class="btn btn-primary" aria-busy={busy.value}>
          {busy.value ? "Saving…" : "Save"}
        </button>
      </div>
    </form>
  );
}

interface AmountProps {
  readonly label: string;
  readonly says: string;
  readonly first: boolean;
  readonly typed: string;
  readonly held: { readonly heldUsd: string; readonly ceilingUsd: string | null } | null;
  readonly onType: (text: string) => void;
  readonly onCountAnew: (() => void) | null;
}

function AmountField({ label, says, first, typed, held, onType, onCountAnew }: AmountProps) {
  const id = useId();
  const read = readAmount(typed);
  const words = !read.ok ? read.says : read.usd !== null && Number(read.usd) === 0 ? zeroWords : says;
  return (
    <div class="ceiling">
      <label class="label" for={id}>
        {label}
      </label>
      <div class={read.ok ? "field" : "field bad"}>
        <span aria-hidden="true">$</span>
        <input
          id={id}
          type="text"
          inputMode="decimal"
          placeholder="no ceiling"
          autoFocus={first}
          value={typed}
          aria-invalid={!read.ok}
          aria-describedby={`${id}-says ${id}-held`}
          onInput={(event) => onType(event.currentTarget.value)}
        />
        <span aria-hidden="true">USD</span>
      </div>
      <p id={`${id}-says`} class={read.ok ? "says" : "says bad"} aria-live="polite">
        {words}
      </p>
      <div id={`${id}-held`} class="ceiling-held">
        {held !== null && (
          <>
            {held.ceilingUsd !== null && <HeldBar held={{ share: shareOf(held.heldUsd, held.ceilingUsd) }} />}
            <span>
              {formatUsd(held.heldUsd)}
              {held.ceilingUsd === null ? " so far" : ` of ${amountWords(held.ceilingUsd)} held`}
            </span>
          </>
        )}
        {onCountAnew !== null && (
          <button type="button" class="link-button" onClick={onCountAnew}>
            Count anew
          </button>
        )}
      </div>
    </div>
  );
}

const zeroWords = "Nothing that costs is sent at all.";

interface RepeatsProps {
  readonly stops: boolean;
  readonly typed: string;
  readonly isFine: boolean;
  readonly onChange: (stops: boolean, typed: string) => void;
}

function Repeats({ stops, typed, isFine, onChange }: RepeatsProps) {
  const id = useId();
  return (
    <div class="ceilings-repeats">
      <label class="ceilings-choice">
        <input
          type="checkbox"
          class="form-check-input"
          checked={stops}
          onChange={(event) => onChange(event.currentTarget.checked, typed)}
        />
        <span>
          Stop a run that repeats itself
          <small>It is an alarm in any case, from {limits.repeatsAlarm} times on.</small>
        </span>
      </label>
      {stops && (
        <div class="ceilings-times">
          <label for={id}>The same request again, at most</label>
          <input
            id={id}
            class="form-control"
            inputMode="numeric"
            value={typed}
            aria-invalid={!isFine}
            aria-describedby={`${id}-says`}
            onInput={(event) => onChange(true, event.currentTarget.value)}
          />
          <span>times</span>
          <p id={`${id}-says`} class="says bad" aria-live="polite">
            {isFine ? "" : `From 1 to ${limits.callsPerRun} times.`}
          </p>
        </div>
      )}
    </div>
  );
}

function timesOf(text: string): number | null {
  const times = Number(text);
  return /^\s*\d+\s*$/.test(text) && times >= 1 && times <= limits.callsPerRun ? times : null;
}

function heldIn(which: CeilingName, ceilings: Ceilings, heldByRun: string) {
  if (which === "run") return { heldUsd: heldByRun, ceilingUsd: ceilings.runUsd };
  return which === "session"
    ? { heldUsd: ceilings.sessionSpentUsd, ceilingUsd: ceilings.sessionUsd }
    : { heldUsd: ceilings.daySpentUsd, ceilingUsd: ceilings.dayUsd };
}

const asSet = ({
  runUsd,
  sessionUsd,
  dayUsd,
  allowUnknownPrices,
  stopAfterRepeats,
}: Ceilings): ChangeCeilings => ({ runUsd, sessionUsd, dayUsd, allowUnknownPrices, stopAfterRepeats });

function savedWords(ceilings: Ceilings | undefined): string {
  if (ceilings === undefined) return "The ceilings are saved.";
  const parts = [
    ceilings.runUsd === null ? null : `${amountWords(ceilings.runUsd)} a run`,
    ceilings.sessionUsd === null ? null : `${amountWords(ceilings.sessionUsd)} in this session`,
    ceilings.dayUsd === null ? null : `${amountWords(ceilings.dayUsd)} a day`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? "No ceiling is set." : `Programs may spend ${parts.join(", ")}.`;
}

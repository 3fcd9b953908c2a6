/** One call in full: what it was, what it cost, how its time went, how it was routed, and what was recorded of it on the wire. */
import "./inspector.css";
import { useSignal, type Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import type { Call, CallRecord } from "../../contract/calls.ts";
import { StatusPill } from "../calls/call-row.tsx";
import { nameOf } from "../calls/call-words.ts";
import { useListedCalls } from "../margin/line-filter.tsx";
import { Icon } from "../shell/icon.tsx";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";
import { EventsView } from "./events-view.tsx";
import { HeadersView } from "./headers-view.tsx";
import { MessageView, type MessageForm } from "./message-view.tsx";
import { CallOverview } from "./overview.tsx";
import { RoutingView } from "./routing-view.tsx";
import { useCallRecord, type RecordState } from "./use-call-record.ts";

const tabs = ["Overview", "Request", "Response", "Events", "Headers", "Routing"] as const;
type Tab = (typeof tabs)[number];
/** These fill the pane and scroll within. */
const filling: ReadonlySet<Tab> = new Set(["Request", "Response", "Events"]);

interface InspectorProps {
  /** What can be done with the call, beside its name; the record is null until it is there. */
  readonly actions?: (call: Call, record: CallRecord | null) => ComponentChildren;
}

export function Inspector({ actions: actionsOf }: InspectorProps) {
  const app = useApp();
  const actions = useActions();
  const id = useId();
  const tab = useSignal<Tab>("Overview");
  const form = useSignal<MessageForm | null>(null);
  const number = app.selectedCall.value;
  const state = useCallRecord(app.run.value?.id ?? null, number);
  const listed = useListedCalls();
  // The order that the list shows; a call that it leaves out is one of all.
  const inView = app.callsInView.value ?? listed;
  const calls = inView.some((call) => call.number === number) ? inView : app.calls.value;
  const at = calls.findIndex((call) => call.number === number);
  // The list is ahead of the recording while the call is under way.
  const call = calls[at] ?? state.record?.call ?? null;
  const returnFocus = useReturningFocus();
  const close = (): void => {
    actions.selectCall(null);
    if (app.sheet.value === "inspector") app.sheet.value = "none";
    returnFocus();
  };
  const step = (by: 1 | -1): void => {
    const next = calls[at + by];
    if (at >= 0 && next !== undefined) actions.selectCall(next.number);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || isInDialogOf(event)) return;
    if (event.key === "Escape") close();
    else if (event.altKey && event.key === "ArrowDown") step(1);
    else if (event.altKey && event.key === "ArrowUp") step(-1);
    else return;
    event.preventDefault();
  };
  return (
    <section class="inspector-pane" aria-label="Call" onKeyDown={onKeyDown}>
      <header class="inspector-who">
        {call !== null && (
          <>
            <StatusPill call={call} />
            <strong title={nameOf(call)}>{nameOf(call)}</strong>
            <span class="inspector-number">
              call {call.number}
              {at >= 0 && <span class="inspector-of"> of {calls.length}</span>}
            </span>
            <span class="inspector-steps">
              <Step by={-1} isPossible={at > 0} onStep={step} />
              <Step by={1} isPossible={at >= 0 && at < calls.length - 1} onStep={step} />
            </span>
            {actionsOf?.(call, state.record)}
          </>
        )}
        {call === null && <span class="spacer" />}
        <button type="button" class="icon-button small" aria-label="Close the inspector" onClick={close}>
          <Icon name="x" />
        </button>
      </header>
      {call === null ? (
        <Missing state={state} number={number} />
      ) : (
        <>
          <Tabs id={id} tab={tab} events={state.record?.events.length ?? 0} />
          <div
            id={`${id}-body`}
            class={filling.has(tab.value) ? "inspector-body filled" : "inspector-body"}
            role="tabpanel"
            aria-labelledby={`${id}-${tab.value}`}
          >
            <Part key={`${call.id} ${tab.value}`} tab={tab.value} call={call} state={state} form={form} />
          </div>
        </>
      )}
    </section>
  );
}

/** A dialog that is opened from here has keys of its own. */
function isInDialogOf({ target, currentTarget }: KeyboardEvent): boolean {
  const dialog = target instanceof Element ? target.closest("dialog") : null;
  return dialog !== null && currentTarget instanceof Element && currentTarget.contains(dialog);
}

interface StepProps {
  readonly by: 1 | -1;
  readonly isPossible: boolean;
  readonly onStep: (by: 1 | -1) => void;
}

function Step({ by, isPossible, onStep }: StepProps) {
  const [name, keys] = by === 1 ? ["Next call", "Alt+↓"] : ["Previous call", "Alt+↑"];
  return (
    <button
      type="button"
      class="icon-button small"
      aria-label={name}
      title={`${name} (${keys})`}
      disabled={!isPossible}
      onClick={() => onStep(by)}
    >
      <Icon name={by === 1 ? "chevron-down" : "chevron-up"} />
    </button>
  );
}

interface TabsProps {
  readonly id: string;
  readonly tab: Signal<Tab>;
  readonly events: number;
}

function Tabs({ id, tab, events }: TabsProps) {
  return (
    <div class="strip inspector-tabs" role="tablist" aria-label="Parts of the call" onKeyDown={walkTabs}>
      {tabs.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`${id}-${name}`}
          aria-selected={tab.value === name}
          aria-controls={`${id}-body`}
          tabIndex={tab.value === name ? 0 : -1}
          title={name === "Events" && events > 0 ? `${events} events` : undefined}
          onClick={() => (tab.value = name)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

interface PartProps {
  readonly tab: Tab;
  readonly call: Call;
  readonly state: RecordState;
  readonly form: Signal<MessageForm | null>;
}

function Part({ tab, call, state, form }: PartProps) {
  const { record, loading, load } = state;
  if (tab === "Overview") {
    const waiting = isLive(call) || (record === null && loading);
    return <CallOverview call={call} record={record} waiting={waiting} loading={loading} onLook={load} />;
  }
  if (record === null) return <Missing state={state} number={call.number} />;
  if (isLive(call)) return <p class="says view-words">It stands here when the reply has ended.</p>;
  if (isEmpty(record)) return <NotRecorded />;
  if (tab === "Request") return <MessageView kind="request" record={record} chosen={form} />;
  if (tab === "Response") return <MessageView kind="response" record={record} chosen={form} />;
  if (tab === "Headers") return <HeadersView record={record} />;
  if (tab === "Routing") return <RoutingView record={record} />;
  return <EventsView events={record.events} call={call} />;
}

const isLive = (call: Call): boolean => call.state === "open" || call.state === "streaming";

function isEmpty({ request, response }: CallRecord): boolean {
  return [request, response].every(({ headers, text }) => headers.length === 0 && text === "");
}

function NotRecorded() {
  return (
    <div class="empty">
      <strong>Nothing was recorded</strong>
      <p>
        What was sent and what came back could not be kept: the server stopped before the call ended, or could
        not store it. What the overview tells is all that is known.
      </p>
    </div>
  );
}

function Missing({ state, number }: { readonly state: RecordState; readonly number: number | null }) {
  if (number === null) {
    return (
      <div class="empty">
        <strong>No call chosen</strong>
        <p>Choose one in the list of calls to see what was sent and what came back.</p>
      </div>
    );
  }
  if (state.failure === null) return <p class="says view-words">Loading call {number}…</p>;
  return (
    <div class="view-words" role="alert">
      <p class="says bad">
        {state.failure.says} {state.failure.hint}
      </p>
      <button type="button" class="btn btn-sm" disabled={state.loading} onClick={state.load}>
        <Icon name="refresh-cw" size="small" />
        Try again
      </button>
    </div>
  );
}

/** Closing gives the focus back to where it was, or else to the list of calls. */
function useReturningFocus(): () => void {
  const opener = useRef<Element | null>(null);
  useEffect(() => {
    opener.current = document.activeElement;
  }, []);
  return () => {
    const list = document.querySelector<HTMLElement>("[role=grid][aria-label=Calls]");
    const before = opener.current;
    if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus();
    else list?.focus();
  };
}

function walkTabs(event: KeyboardEvent): void {
  if (event.altKey || !(event.currentTarget instanceof HTMLElement)) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("[role=tab]")];
  const at = all.findIndex((tab) => tab === document.activeElement);
  const places: Readonly<Record<string, number>> = {
    ArrowRight: (at + 1) % all.length,
    ArrowLeft: (at - 1 + all.length) % all.length,
    Home: 0,
    End: all.length - 1,
  };
  const next = Object.hasOwn(places, event.key) ? all[places[event.key] ?? 0] : undefined;
  if (next === undefined) return;
  next.focus();
  next.click();
  event.preventDefault();
}

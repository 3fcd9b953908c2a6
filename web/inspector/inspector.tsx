/** One call in full: what it was, what it cost, how its time went, and what was recorded of it on the wire. */
import "./inspector.css";
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { Call, CallRecord } from "../../contract/calls.ts";
import { Icon } from "../shell/icon.tsx";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";
import { StatusPill } from "../calls/call-row.tsx";
import { nameOf } from "../calls/call-words.ts";
import { CallOverview } from "./overview.tsx";
import { EventsView } from "./events-view.tsx";
import { MessageView } from "./message-view.tsx";
import { useCallRecord, type RecordState } from "./use-call-record.ts";

const tabs = ["Overview", "Request", "Response", "Events"] as const;
type Tab = (typeof tabs)[number];

export function Inspector() {
  const app = useApp();
  const actions = useActions();
  const id = useId();
  const tab = useSignal<Tab>("Overview");
  const number = app.selectedCall.value;
  const state = useCallRecord(app.run.value?.id ?? null, number);
  // The list is ahead of the recording while the call is under way.
  const call = app.calls.value.find((call) => call.number === number) ?? state.record?.call ?? null;
  const close = (): void => {
    actions.selectCall(null);
    if (app.sheet.value === "inspector") app.sheet.value = "none";
  };
  return (
    <section
      class="inspector-pane"
      aria-label="Call"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        close();
      }}
    >
      <div class="strip">
        <div class="inspector-tabs" role="tablist" aria-label="Parts of the call" onKeyDown={walkTabs}>
          {tabs.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`${id}-${name}`}
              aria-selected={tab.value === name}
              aria-controls={`${id}-body`}
              tabIndex={tab.value === name ? 0 : -1}
              onClick={() => (tab.value = name)}
            >
              {name}
              {name === "Events" && (state.record?.events.length ?? 0) > 0 && (
                <span class="count">{state.record?.events.length}</span>
              )}
            </button>
          ))}
        </div>
        <span class="spacer" />
        <button type="button" class="icon-button small" aria-label="Close the inspector" onClick={close}>
          <Icon name="x" />
        </button>
      </div>
      {call === null ? (
        <Missing state={state} number={number} />
      ) : (
        <>
          <header class="inspector-who">
            <StatusPill call={call} />
            <strong title={nameOf(call)}>{nameOf(call)}</strong>
            <span class="inspector-number">call {call.number}</span>
          </header>
          <div
            id={`${id}-body`}
            class="inspector-body"
            role="tabpanel"
            aria-labelledby={`${id}-${tab.value}`}
          >
            <Part tab={tab.value} call={call} state={state} />
          </div>
        </>
      )}
    </section>
  );
}

function Part({ tab, call, state }: { readonly tab: Tab; readonly call: Call; readonly state: RecordState }) {
  const { record } = state;
  if (tab === "Overview") return <CallOverview call={call} record={record} waiting={waits(call, state)} />;
  if (record === null) return <Missing state={state} number={call.number} />;
  if (tab === "Request") return <MessageView {...requestOf(record)} />;
  if (tab === "Response") return <MessageView {...responseOf(record)} />;
  return <EventsView key={call.id} events={record.events} call={call} />;
}

function waits(call: Call, state: RecordState): boolean {
  return call.state === "open" || call.state === "streaming" || (state.record === null && state.loading);
}

function requestOf(record: CallRecord) {
  return { kind: "request" as const, message: record.request, call: record.call };
}

function responseOf(record: CallRecord) {
  return { kind: "response" as const, message: record.response, call: record.call };
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
  if (state.failure === null) return <p class="says inspector-words">Loading call {number}…</p>;
  return (
    <div class="inspector-words" role="alert">
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

function walkTabs(event: KeyboardEvent): void {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (step === 0 || !(event.currentTarget instanceof HTMLElement)) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("[role=tab]")];
  const at = all.findIndex((tab) => tab === document.activeElement);
  const next = all[(at + step + all.length) % all.length];
  next?.focus();
  next?.click();
  event.preventDefault();
}

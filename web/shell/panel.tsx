/** Under the editor: the output and the calls of the run in view, with how it stands. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { RunActions } from "../call-actions/run-actions.tsx";
import { CallsPane } from "../calls/calls-pane.tsx";
import { CallAlarms } from "../ceilings/call-alarms-strip.tsx";
import { LineFilter } from "../margin/line-filter.tsx";
import { OutputPane } from "../output/output-pane.tsx";
import type { OutputTerminal } from "../output/terminal.ts";
import { hasEnded, stateLed, stateOf } from "../run/run-words.ts";
import { useApp } from "../state/app-state.ts";
import { useLayout } from "../state/layout.ts";
import { formatDuration } from "./format.ts";
import { Icon } from "./icon.tsx";

const tabs = [
  ["output", "Output"],
  ["calls", "Calls"],
] as const;

export function Panel() {
  const app = useApp();
  const layout = useLayout();
  const terminal = useSignal<OutputTerminal | null>(null);
  return (
    <section class="panel" aria-label="Run">
      <div class="strip">
        <div role="tablist" aria-label="Parts of the run" class="panel-tabs" onKeyDown={walkTabs}>
          {tabs.map(([id, label]) => (
            <button
              key={id}
              type="button"
              role="tab"
              id={`tab-${id}`}
              aria-controls={`pane-${id}`}
              aria-selected={app.panel.value === id}
              tabIndex={app.panel.value === id ? 0 : -1}
              onClick={() => (app.panel.value = id)}
            >
              {label}
              {id === "calls" && <CallCount />}
            </button>
          ))}
        </div>
        <span class="spacer" />
        <RunInfo />
        {app.panel.value === "calls" && <RunActions />}
        {app.panel.value === "output" && <OutputButtons terminal={terminal.value} />}
        <button
          type="button"
          class="icon-button small panel-close"
          aria-label="Hide the panel"
          onClick={() => (layout.panelOpen.value = false)}
        >
          <Icon name="x" />
        </button>
      </div>
      <div
        class="pane"
        id="pane-output"
        role="tabpanel"
        aria-labelledby="tab-output"
        hidden={app.panel.value !== "output"}
      >
        <OutputPane terminal={terminal} />
      </div>
      <div
        class="pane"
        id="pane-calls"
        role="tabpanel"
        aria-labelledby="tab-calls"
        hidden={app.panel.value !== "calls"}
      >
        <CallAlarms />
        <LineFilter />
        <CallsPane />
      </div>
    </section>
  );
}

/** By itself, so that a new call draws this and not the whole panel. */
function CallCount() {
  const count = useApp().calls.value.length;
  return count === 0 ? null : <span class="count">{count}</span>;
}

function OutputButtons({ terminal }: { readonly terminal: OutputTerminal | null }) {
  const app = useApp();
  const copy = async (): Promise<void> => {
    if (terminal === null) return;
    try {
      await navigator.clipboard.writeText(terminal.text());
      app.notify({ kind: "ok", says: "Output copied." });
    } catch {
      // The browser lends the clipboard to secure pages and on a press only.
      app.notify({
        kind: "warn",
        says: "The browser does not lend its clipboard.",
        hint: "Select the text and copy it by hand.",
      });
    }
  };
  return (
    <>
      <button
        type="button"
        class="icon-button small"
        aria-label="Copy the output"
        title="Copy the output"
        onClick={() => void copy()}
      >
        <Icon name="clipboard" />
      </button>
      <button
        type="button"
        class="icon-button small"
        aria-label="Clear the output"
        title="Clear the output"
        onClick={() => terminal?.clear()}
      >
        <Icon name="trash-2" />
      </button>
    </>
  );
}

function RunInfo() {
  const app = useApp();
  const run = app.run.value;
  const elapsed = useElapsed(run !== null && !hasEnded(run) ? run.startedAt : null);
  if (run === null) return null;
  const waits = app.waiting.value && run.state === "running";
  const parts = [stateOf(run, waits)];
  const ms = run.wallMs ?? elapsed;
  if (ms !== null) parts.push(formatDuration(ms));
  if (run.signal !== null) parts.push(run.signal);
  else if (run.exitCode !== null && run.exitCode !== 0) parts.push(`exit ${run.exitCode}`);
  return (
    <span class="run-info" title={run.reason ?? undefined}>
      <i class={`led ${waits ? "warn" : stateLed[run.state]}`} />
      {parts.join(" · ")}
    </span>
  );
}

/** Time since then on this machine's clock while it goes on, ms; null when nothing goes on. */
function useElapsed(startedAt: string | null): number | null {
  const elapsed = useSignal<number | null>(null);
  useEffect(() => {
    if (startedAt === null) {
      elapsed.value = null;
      return undefined;
    }
    const since = performance.now();
    const timer = setInterval(() => (elapsed.value = performance.now() - since), 100);
    return () => clearInterval(timer);
  }, [startedAt]);
  return elapsed.value;
}

function walkTabs(event: KeyboardEvent): void {
  if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
  if (!(event.currentTarget instanceof HTMLElement)) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("[role=tab]")];
  const at = all.findIndex((tab) => tab === document.activeElement);
  const next = all[(at + (event.key === "ArrowRight" ? 1 : all.length - 1)) % all.length];
  next?.focus();
  next?.click();
  event.preventDefault();
}

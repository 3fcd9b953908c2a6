/** The run's calls to OpenRouter, live: what was asked, what it took and cost, and when, on one time axis. */
import "./calls-pane.css";
import { useRef } from "preact/hooks";
import { useApp } from "../state/app-state.ts";
import { CallsBar } from "./calls-bar.tsx";
import { CallsGrid } from "./calls-grid.tsx";
import { useCallListing } from "./use-call-listing.ts";

export function CallsPane() {
  const list = useCallListing();
  const field = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  if (list.listing.value.total === 0) return <NoCalls />;
  const toFilter = (): void => {
    field.current?.focus();
    field.current?.select();
  };
  return (
    <div
      class="calls-pane"
      onKeyDown={(event) => {
        // The browser's own search sees only the rows that are drawn.
        const isFind = event.key === "f" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
        if (!isFind || event.altKey) return;
        event.preventDefault();
        toFilter();
      }}
    >
      <CallsBar list={list} field={field} toGrid={() => grid.current?.focus()} />
      <CallsGrid list={list} scroller={grid} toFilter={toFilter} />
    </div>
  );
}

function NoCalls() {
  const app = useApp();
  const run = app.run.value;
  if (run === null) {
    return (
      <div class="empty">
        <strong>No calls yet</strong>
        <p>
          Press Run: every request of the program to OpenRouter appears here while it happens, with its
          tokens, its cost and its timing.
        </p>
      </div>
    );
  }
  return (
    <div class="empty">
      <strong>{app.running.value ? "No call so far" : "This run made no call"}</strong>
      <p>
        {app.running.value
          ? "The program runs; its first request to OpenRouter will appear here."
          : "The program ended without a request to OpenRouter."}
      </p>
    </div>
  );
}

/** The run's calls to OpenRouter, live: what was asked, what it took and cost, and when, on one time axis. */
import "./calls-pane.css";
import { useSignal } from "@preact/signals";
import { useId, useMemo, useRef } from "preact/hooks";
import { useListedCalls } from "../margin/line-filter.tsx";
import { useRowMenu } from "../call-actions/row-menu.tsx";
import { formatDuration } from "../shell/format.ts";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";
import { CallRow, LegendKey } from "./call-row.tsx";
import { formatCost } from "./cost.ts";
import { useNarrow } from "../shell/use-narrow.ts";
import { useRowWindow } from "./row-window.ts";
import { shortCount, sumsOf, type Sums } from "./sums.ts";
import { useTicking } from "./use-ticking.ts";
import { axisOf, barOf, endOf, type Axis } from "./waterfall.ts";

/** Also in calls-pane.css: a row, a card on a phone, and what sticks above and below them. */
const rowHeight = 36;
const cardHeight = 76;
const headHeight = 28;
const footHeight = 36;

export function CallsPane() {
  return useApp().calls.value.length === 0 ? <NoCalls /> : <CallsGrid />;
}

function CallsGrid() {
  const app = useApp();
  const actions = useActions();
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useNarrow();
  const calls = useListedCalls();
  const sums = useMemo(() => sumsOf(calls), [calls]);
  const now = useTicking(sums.live > 0);
  const mostMs = app.run.value?.timeoutMs ?? 0;
  const bars = calls.map((call) => barOf(call, now, mostMs));
  const axis = axisOf(bars);
  const inset = footHeight + (narrow ? 0 : headHeight);
  const rows = useRowWindow(scroller, calls.length, narrow ? cardHeight : rowHeight, inset);

  const selected = calls.findIndex((call) => call.number === app.selectedCall.value);
  const walked = useSignal(0);
  const active = selected >= 0 ? selected : Math.min(walked.value, calls.length - 1);
  const select = (index: number): void => {
    const call = calls[index];
    if (call === undefined) return;
    walked.value = index;
    actions.selectCall(call.number);
    if (narrow) app.sheet.value = "inspector";
  };
  const move = (index: number): void => {
    const next = Math.max(0, Math.min(index, calls.length - 1));
    rows.reveal(next);
    walked.value = next;
    // With the inspector open it follows; before that Enter opens it.
    if (selected >= 0) actions.selectCall(calls[next]?.number ?? null);
  };
  const menu = useRowMenu((row) => calls[Number(row.getAttribute("aria-rowindex")) - 2] ?? null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = 8;
    if (event.key === "ArrowDown") move(active + 1);
    else if (event.key === "ArrowUp") move(active - 1);
    else if (event.key === "PageDown") move(active + page);
    else if (event.key === "PageUp") move(active - page);
    else if (event.key === "Home") move(0);
    else if (event.key === "End") move(calls.length - 1);
    else if (event.key === "Enter" || event.key === " ") select(active);
    else if (event.key === "Escape" && selected >= 0) actions.selectCall(null);
    else if (menu.onMenuKey(event)) event.preventDefault();
    else return;
    event.preventDefault();
  };

  return (
    <>
      <div
        ref={scroller}
        class="calls-pane"
        role="grid"
        aria-label="Calls"
        aria-rowcount={calls.length + 1}
        aria-activedescendant={`${id}-${active}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onContextMenu={menu.onContextMenu}
      >
        <Head axis={axis} />
        <div style={{ height: `${rows.before}px` }} />
        {calls.slice(rows.first, rows.end).map((call, offset) => {
          const index = rows.first + offset;
          const bar = bars[index];
          return bar === undefined ? null : (
            <CallRow
              key={call.id}
              id={`${id}-${index}`}
              rowIndex={index + 2}
              call={call}
              bar={bar}
              axis={axis}
              selected={index === selected}
              active={index === active}
              onSelect={() => select(index)}
            />
          );
        })}
        <div style={{ height: `${rows.after}px` }} />
        <Foot sums={sums} endMs={Math.max(0, ...bars.map(endOf))} />
      </div>
      {menu.element}
    </>
  );
}

function Head({ axis }: { readonly axis: Axis }) {
  return (
    <div class="calls-row calls-head" role="row" aria-rowindex={1}>
      <span role="columnheader" class="figure">
        #
      </span>
      <span role="columnheader">Model</span>
      <span role="columnheader">Status</span>
      <span role="columnheader" class="figure" title="Prompt tokens">
        In
      </span>
      <span role="columnheader" class="figure" title="Completion tokens">
        Out
      </span>
      <span role="columnheader" class="figure">
        Cost
      </span>
      <span role="columnheader" class="figure calls-first">
        1st token
      </span>
      <span role="columnheader" class="figure">
        Duration
      </span>
      <span role="columnheader" class="calls-axis" aria-label="Time">
        {axis.ticks.map(({ atMs, label }) => (
          <span key={atMs} style={{ left: `${(atMs / axis.endMs) * 100}%` }}>
            {label}
          </span>
        ))}
      </span>
    </div>
  );
}

function Foot({ sums, endMs }: { readonly sums: Sums; readonly endMs: number }) {
  const { count, unknown } = sums;
  const known = sums.costUsd === null ? "No price is known so far" : `$${sums.costUsd}`;
  const priced = unknown > 0 ? `${known}, and ${unknown} of unknown cost` : known;
  return (
    <div class="calls-row calls-foot" role="row">
      <span />
      <span>{count === 1 ? "1 call" : `${count} calls`}</span>
      <span />
      <span class="figure calls-in" title={`${sums.promptTokens ?? "–"} tokens`}>
        {shortCount(sums.promptTokens)}
      </span>
      <span class="figure calls-out" title={`${sums.completionTokens ?? "–"} tokens`}>
        {shortCount(sums.completionTokens)}
      </span>
      <span class="figure calls-cost" title={priced}>
        {sums.costUsd === null ? "–" : formatCost(sums.costUsd)}
        {unknown > 0 && <span class="calls-unknown">+ {unknown} unknown</span>}
      </span>
      <span class="calls-first" />
      <span class="figure calls-duration" title="From the first call to the end of the last">
        {formatDuration(endMs)}
      </span>
      <span class="calls-legend">
        <LegendKey part="wait" /> wait
        <LegendKey part="stream" /> stream
      </span>
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

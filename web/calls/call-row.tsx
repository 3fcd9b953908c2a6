/** One call in the list: a row of figures with its bar on the time axis, or a card on a phone. */
import type { Call } from "../../contract/calls.ts";
import { formatCount, formatDuration } from "../shell/format.ts";
import { nameOf, statusOf } from "./call-words.ts";
import { costOf } from "./cost.ts";
import type { Axis, Bar } from "./waterfall.ts";

interface RowProps {
  readonly id: string;
  readonly rowIndex: number;
  readonly call: Call;
  readonly bar: Bar;
  readonly axis: Axis;
  readonly selected: boolean;
  readonly active: boolean;
  readonly onSelect: () => void;
}

export function CallRow({ id, rowIndex, call, bar, axis, selected, active, onSelect }: RowProps) {
  const cost = costOf(call);
  const name = nameOf(call);
  const classes = ["calls-row", selected && "selected", active && "active"].filter(Boolean).join(" ");
  return (
    <div
      id={id}
      class={classes}
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={selected}
      onClick={onSelect}
    >
      <span role="gridcell" class="figure calls-number">
        {call.number}
      </span>
      <span role="gridcell" class="calls-model" title={`${name}\n${call.method} ${call.path}`}>
        {name}
      </span>
      <span role="gridcell" class="calls-status">
        <StatusPill call={call} />
      </span>
      <span role="gridcell" class="figure calls-in">
        {formatCount(call.promptTokens)}
      </span>
      <span role="gridcell" class="figure calls-out">
        {formatCount(call.completionTokens)}
      </span>
      <span
        role="gridcell"
        class={cost.known || cost.text === "–" ? "figure calls-cost" : "figure calls-cost calls-unknown"}
        title={cost.title}
      >
        {cost.text}
      </span>
      <span role="gridcell" class="figure calls-first">
        {formatDuration(call.ttftMs)}
      </span>
      <span role="gridcell" class="figure calls-duration">
        {formatDuration(call.durationMs ?? (bar.live ? bar.waitMs + bar.streamMs : null))}
      </span>
      <span role="gridcell" class="calls-time" aria-label={barWords(bar)}>
        {axis.ticks.map(({ atMs }) => (
          <u key={atMs} style={{ left: `${(atMs / axis.endMs) * 100}%` }} />
        ))}
        <TimeBar bar={bar} axis={axis} failed={call.state === "failed"} />
      </span>
    </div>
  );
}

export function StatusPill({ call }: { readonly call: Pick<Call, "state" | "status" | "error"> }) {
  const { kind, text, title } = statusOf(call);
  return (
    <span class={`pill ${kind}`} title={title}>
      {text}
    </span>
  );
}

function TimeBar({
  bar,
  axis,
  failed,
}: {
  readonly bar: Bar;
  readonly axis: Axis;
  readonly failed: boolean;
}) {
  const share = (ms: number): string => `${(ms / axis.endMs) * 100}%`;
  const whole = bar.waitMs + bar.streamMs;
  const classes = ["time-bar", bar.live && "live", failed && "failed"].filter(Boolean).join(" ");
  return (
    <span class={classes} style={{ left: share(bar.startMs), width: share(whole) }}>
      {bar.waitMs > 0 && <i class="wait" style={{ flexGrow: bar.waitMs }} />}
      {bar.streamMs > 0 && <i class="stream" style={{ flexGrow: bar.streamMs }} />}
    </span>
  );
}

export function LegendKey({ part }: { readonly part: "wait" | "stream" }) {
  return <i class={`legend-key ${part}`} aria-hidden="true" />;
}

function barWords({ startMs, waitMs, streamMs }: Bar): string {
  const parts = [`starts at ${formatDuration(startMs)}`, `waits ${formatDuration(waitMs)}`];
  if (streamMs > 0) parts.push(`streams ${formatDuration(streamMs)}`);
  return parts.join(", ");
}

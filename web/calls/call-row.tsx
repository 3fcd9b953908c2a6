/** One call in the list: a row of figures with its bar on the time axis, or a card on a phone. */
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { Call } from "../../contract/calls.ts";
import { formatBytes, formatCount, formatDuration } from "../shell/format.ts";
import { Icon } from "../shell/icon.tsx";
import { useActions, type Actions } from "../state/actions.ts";
import type { Column, ColumnId } from "./call-columns.ts";
import { lineWords, marksOf } from "./call-marks.ts";
import { nameOf, speedOf, statusOf } from "./call-words.ts";
import { costOf } from "./cost.ts";
import { barOf, barWords, lengthOf, type Bar } from "./waterfall.ts";

interface RowProps {
  readonly id: string;
  readonly rowIndex: number;
  readonly call: Call;
  readonly columns: readonly Column[];
  /** Beside the model's name: for its author, and for the words of the call's marks. */
  readonly room: "none" | "some" | "ample";
  /** The program's own file: its lines need no name. */
  readonly fileName: string;
  /** Unix ms; it stands still for a call that has ended, so that its row is not drawn anew. */
  readonly now: number;
  readonly mostMs: number;
  readonly selected: boolean;
  readonly active: boolean;
}

/** Drawn anew only when something of it changed: others come and change hundreds of times in a second. */
export function CallRow(props: RowProps) {
  const actions = useActions();
  const { id, rowIndex, call, columns, room, fileName, now, mostMs, selected, active } = props;
  return useMemo(
    () => drawn(props, actions),
    [id, rowIndex, call, columns, room, fileName, now, mostMs, selected, active, actions],
  );
}

function drawn(props: RowProps, actions: Actions) {
  const { id, rowIndex, call, columns, selected, active } = props;
  const bar = barOf(call, props.now, props.mostMs);
  const parts = { ...props, bar, actions };
  return (
    <div
      id={id}
      class={["calls-row", selected && "selected", active && "active"].filter(Boolean).join(" ")}
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={selected}
      data-call={call.number}
    >
      {columns.map((column) => cells[column.id](parts, column))}
    </div>
  );
}

type Parts = RowProps & { readonly bar: Bar; readonly actions: Actions };

const cell = (
  { id, figure }: Column,
  content: ComponentChildren,
  more: { readonly title?: string | undefined; readonly class?: string } = {},
) => (
  <span
    key={id}
    role="gridcell"
    class={`${figure ? "figure " : ""}calls-${id} ${more.class ?? ""}`.trimEnd()}
    title={more.title}
  >
    {content}
  </span>
);

const cells: Readonly<Record<ColumnId, (parts: Parts, column: Column) => ComponentChildren>> = {
  number: ({ call }, column) => cell(column, call.number),
  line: ({ call, fileName, actions }, column) => (
    <LineCell key="line" {...{ call, fileName, actions, column }} />
  ),
  model: ({ call, room }, column) => <ModelCell key="model" {...{ call, room, column }} />,
  provider: ({ call }, column) => cell(column, call.provider ?? "–", { title: call.provider ?? undefined }),
  status: ({ call }, column) => cell(column, <StatusPill call={call} />),
  in: ({ call }, column) => cell(column, formatCount(call.promptTokens)),
  out: ({ call }, column) => cell(column, formatCount(call.completionTokens)),
  cost: ({ call }, column) => {
    const { text, title, known } = costOf(call);
    const kind = known || text === "–" ? (call.simulated ? "simulated" : "") : "calls-unknown";
    return cell(column, text, { title, class: kind });
  },
  first: ({ call }, column) => cell(column, formatDuration(call.ttftMs)),
  duration: ({ call, bar }, column) =>
    cell(column, formatDuration(call.durationMs ?? (bar.live ? bar.waitMs + bar.streamMs : null))),
  speed: ({ call }, column) => {
    const speed = speedOf(call);
    return cell(column, speed === null ? "–" : `${formatCount(Math.round(speed))} tok/s`);
  },
  finish: ({ call }, column) =>
    cell(column, call.finishReason ?? "–", { title: call.finishReason ?? undefined }),
  size: ({ call }, column) => cell(column, formatBytes(call.responseBytes)),
  time: ({ call, bar }) => <TimeCell key="time" call={call} bar={bar} />,
};

function LineCell({
  call,
  fileName,
  actions,
  column,
}: Pick<Parts, "call" | "fileName" | "actions"> & { readonly column: Column }) {
  const { place, text, title } = lineWords(call, fileName);
  if (place === null) return cell(column, text, { title });
  const go = (event: Event): void => {
    // The row itself opens the call.
    event.stopPropagation();
    actions.goTo(place);
  };
  return cell(
    column,
    <button
      type="button"
      class="link-button"
      tabIndex={-1}
      title={`${title}\nPress to show it in the editor`}
      onClick={go}
    >
      {text}
    </button>,
  );
}

function ModelCell({ call, room, column }: Pick<Parts, "call" | "room"> & { readonly column: Column }) {
  const name = nameOf(call);
  const slash = call.model === null ? -1 : name.indexOf("/");
  // In a narrow column only those with an icon have room; the cost's own look and title tell of the simulator too.
  const marks = marksOf(call).filter(({ icon }) => room === "ample" || icon !== null);
  return cell(
    column,
    <>
      <span class="calls-name" title={`${name}\n${call.method} ${call.path}`}>
        {slash >= 0 && room !== "none" && <span class="calls-author">{name.slice(0, slash + 1)}</span>}
        <span class="calls-slug">{name.slice(slash + 1)}</span>
      </span>
      {marks.map(({ kind, icon, text, title }) => (
        <span key={text} class={`calls-mark ${kind}`} title={`${text}: ${title}`}>
          {icon !== null && <Icon name={icon} size="small" />}
          <span class={room === "ample" ? undefined : "visually-hidden"}>{text}</span>
        </span>
      ))}
    </>,
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

/** Its place is worked out by the style sheet from the list's axis: a growing axis draws no row anew. */
function TimeCell({ call, bar }: Pick<Parts, "call" | "bar">) {
  const words = barWords(bar, call.ttftMs !== null);
  const classes = ["time-bar", bar.live && "live", call.state === "failed" && "failed"];
  return (
    <span role="gridcell" class="calls-time" aria-label={words.join(", ")} title={words.join("\n")}>
      <span
        class={classes.filter(Boolean).join(" ")}
        style={{ "--start": String(bar.startMs), "--whole": String(lengthOf(bar)) }}
      >
        {bar.queuedMs > 0 && <i class="queued" style={{ flexGrow: bar.queuedMs }} />}
        {bar.waitMs > 0 && <i class="wait" style={{ flexGrow: bar.waitMs }} />}
        {bar.streamMs > 0 && <i class="stream" style={{ flexGrow: bar.streamMs }} />}
      </span>
    </span>
  );
}

export function LegendKey({ part }: { readonly part: "queued" | "wait" | "stream" }) {
  return <i class={`legend-key ${part}`} aria-hidden="true" />;
}

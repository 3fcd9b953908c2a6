/** The stream as it came: each event with its time of arrival and the gap before it; a hundred thousand scroll like ten. */
import "./events-view.css";
import { useSignal } from "@preact/signals";
import { useId, useMemo, useRef } from "preact/hooks";
import type { Call, StreamEvent } from "../../contract/calls.ts";
import { CopyButton } from "../calls/copy-button.tsx";
import { useRowWindow } from "../calls/row-window.ts";
import { jsonPieces } from "../recorded/json-pieces.ts";
import { LongText } from "../recorded/long-text.tsx";
import { formatBytes, formatCount, formatDuration } from "../shell/format.ts";
import { Icon } from "../shell/icon.tsx";
import { SpeedChart } from "./speed-chart.tsx";
import { gapBefore, holdingOf, kindCounts, longGapMs, type EventKind } from "./timeline.ts";

/** Also in events-view.css. */
const rowHeight = 24;
/** A row shows one line; more of a text would only cost drawing. */
const rowCharacters = 300;
/** Laying out a longer event would hold up the page. */
const laidOutCharacters = 1_000_000;

const kindWords: Readonly<Record<EventKind, readonly [name: string, title: string]>> = {
  data: ["Data", "Data of the stream"],
  comment: ["Comments", "A comment line; clients skip it, it keeps the connection open"],
  event: ["Names", "The name of the event that follows"],
  end: ["End", "The end of the stream"],
};
const kinds = ["data", "comment", "event", "end"] as const;

interface EventsProps {
  readonly events: readonly StreamEvent[];
  readonly call: Call;
}

export function EventsView(props: EventsProps) {
  return props.events.length === 0 ? <NoEvents call={props.call} /> : <EventsList {...props} />;
}

function EventsList({ events, call }: EventsProps) {
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const hidden = useSignal<ReadonlySet<EventKind>>(new Set());
  const counts = useMemo(() => kindCounts(events), [events]);
  const longMs = useMemo(() => longGapMs(events), [events]);
  /** Indices of the events that are listed. */
  const listed = useMemo(
    () => events.flatMap(({ kind }, index) => (hidden.value.has(kind) ? [] : [index])),
    [events, hidden.value],
  );
  const long = useMemo(
    () => listed.flatMap((index, row) => (index > 0 && gapBefore(events, index) >= longMs ? [row] : [])),
    [events, listed, longMs],
  );
  const at = useSignal(0);
  const active = Math.min(at.value, listed.length - 1);
  const rows = useRowWindow(scroller, listed.length, rowHeight);
  const move = (row: number): void => {
    at.value = Math.max(0, Math.min(row, listed.length - 1));
    rows.reveal(at.value);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown") move(active + 1);
    else if (event.key === "ArrowUp") move(active - 1);
    else if (event.key === "PageDown") move(active + page);
    else if (event.key === "PageUp") move(active - page);
    else if (event.key === "Home") move(0);
    else if (event.key === "End") move(listed.length - 1);
    else return;
    event.preventDefault();
  };
  const index = listed[active];
  return (
    <div class="events">
      <SpeedChart events={events} completionTokens={call.completionTokens} />
      {call.recording === "cut" && (
        <p class="says warn message-cut">
          The recording is cut: the program got more events than stand here.
        </p>
      )}
      <div class="events-tools" role="group" aria-label="Kinds of events">
        {kinds.map((kind) =>
          counts[kind] === 0 ? null : (
            <button
              key={kind}
              type="button"
              class="btn btn-sm"
              aria-pressed={!hidden.value.has(kind)}
              title={kindWords[kind][1]}
              onClick={() => (hidden.value = toggled(hidden.value, kind))}
            >
              {kindWords[kind][0]} <small>{formatCount(counts[kind])}</small>
            </button>
          ),
        )}
        <span class="spacer" />
        {long.length > 0 && (
          <button
            type="button"
            class="btn btn-sm events-long"
            title={`Show the next pause of ${formatDuration(longMs)} or more`}
            onClick={() => {
              move(long.find((row) => row > active) ?? long[0] ?? 0);
              scroller.current?.focus();
            }}
          >
            <Icon name="alert-triangle" size="small" />
            {long.length === 1 ? "1 pause" : `${formatCount(long.length)} pauses`}
          </button>
        )}
      </div>
      <div
        ref={scroller}
        class="events-list"
        role="listbox"
        aria-label="Events of the stream"
        aria-activedescendant={`${id}-${active}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div style={{ height: `${rows.before}px` }} />
        {listed.slice(rows.first, rows.end).map((index, offset) => {
          const row = rows.first + offset;
          return (
            <EventRow
              key={index}
              id={`${id}-${row}`}
              events={events}
              index={index}
              longMs={longMs}
              isActive={row === active}
              place={row + 1}
              count={listed.length}
              onSelect={() => (at.value = row)}
            />
          );
        })}
        <div style={{ height: `${rows.after}px` }} />
        {listed.length === 0 && <p class="says view-words">Every kind is hidden.</p>}
      </div>
      {index !== undefined && <EventDetail key={index} events={events} index={index} />}
    </div>
  );
}

interface RowProps {
  readonly id: string;
  readonly events: readonly StreamEvent[];
  readonly index: number;
  readonly longMs: number;
  readonly isActive: boolean;
  readonly place: number;
  readonly count: number;
  readonly onSelect: () => void;
}

function EventRow({ id, events, index, longMs, isActive, place, count, onSelect }: RowProps) {
  const event = events[index];
  if (event === undefined) return null;
  const gap = gapBefore(events, index);
  const isLong = index > 0 && gap >= longMs;
  const holds = event.kind === "data" ? holdingOf(event.text) : "";
  return (
    <div
      id={id}
      class={isActive ? "event-row selected" : "event-row"}
      role="option"
      aria-selected={isActive}
      aria-setsize={count}
      aria-posinset={place}
      onClick={onSelect}
    >
      <span class="figure">{formatDuration(event.atMs)}</span>
      <span
        class={isLong ? "figure event-gap long" : "figure event-gap"}
        title={isLong ? "A long pause for this stream" : undefined}
      >
        +{formatDuration(gap)}
      </span>
      <span class="figure event-size">{formatBytes(bytesOf(event.text))}</span>
      <span class={`event-text ${event.kind}`} title={kindWords[event.kind][1]}>
        {holds !== "" && <b>{holds}</b>}
        {event.text.slice(0, rowCharacters) || kindWords[event.kind][1]}
      </span>
    </div>
  );
}

function EventDetail({ events, index }: { readonly events: readonly StreamEvent[]; readonly index: number }) {
  const text = events[index]?.text ?? "";
  const pieces = useMemo(() => (text.length > laidOutCharacters ? null : jsonPieces(text)), [text]);
  return (
    <div class="event-detail">
      <h3>
        Event {formatCount(index + 1)} of {formatCount(events.length)}{" "}
        <em>{formatDuration(events[index]?.atMs ?? null)}</em>
        <CopyButton text={text} label="Copy the event" />
      </h3>
      <LongText text={text} pieces={pieces} kind="code" />
    </div>
  );
}

function toggled(kinds: ReadonlySet<EventKind>, kind: EventKind): ReadonlySet<EventKind> {
  const next = new Set(kinds);
  if (!next.delete(kind)) next.add(kind);
  return next;
}

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).length;

/** An error is answered as a whole, whatever was asked for. */
function noEventsWords({ stream, status }: Call): string {
  if (!stream) return "The reply was not a stream.";
  return status !== null && status >= 400
    ? "The call was refused before a stream began; see the response."
    : "The stream ended before its first event.";
}

function NoEvents({ call }: { readonly call: Call }) {
  const live = call.state === "open" || call.state === "streaming";
  return (
    <div class="empty">
      <strong>{live ? "Still arriving" : "No events"}</strong>
      <p>
        {live && "The events stand here when the reply has ended."}
        {!live && noEventsWords(call)}
      </p>
    </div>
  );
}

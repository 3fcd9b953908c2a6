/** The stream as it came: each event with its time of arrival and the gap before it; thousands scroll like ten. */
import { useSignal } from "@preact/signals";
import { useId, useMemo, useRef } from "preact/hooks";
import type { Call, StreamEvent } from "../../contract/calls.ts";
import { formatDuration } from "../shell/format.ts";
import { CopyButton } from "../calls/copy-button.tsx";
import { jsonPieces } from "../recorded/json-pieces.ts";
import { LongText } from "../recorded/long-text.tsx";
import { useRowWindow } from "../calls/row-window.ts";

/** Also in inspector.css. */
const rowHeight = 24;
/** A row shows one line; more of a text would only cost drawing. */
const rowCharacters = 300;

const kindTitles: Readonly<Record<StreamEvent["kind"], string>> = {
  data: "Data",
  comment: "A comment line; clients skip it, it keeps the connection open",
  event: "A named event",
  end: "The end of the stream",
};

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
  const at = useSignal(0);
  const rows = useRowWindow(scroller, events.length, rowHeight);
  const selected = events[at.value];
  const text = selected?.text ?? "";
  const pieces = useMemo(() => jsonPieces(text), [text]);
  const move = (index: number): void => {
    at.value = Math.max(0, Math.min(index, events.length - 1));
    rows.reveal(at.value);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = 10;
    if (event.key === "ArrowDown") move(at.value + 1);
    else if (event.key === "ArrowUp") move(at.value - 1);
    else if (event.key === "PageDown") move(at.value + page);
    else if (event.key === "PageUp") move(at.value - page);
    else if (event.key === "Home") move(0);
    else if (event.key === "End") move(events.length - 1);
    else return;
    event.preventDefault();
  };
  return (
    <div class="events">
      {call.recording === "cut" && (
        <p class="says warn">The recording is cut: the program got more events than stand here.</p>
      )}
      <div
        ref={scroller}
        class="events-list"
        role="listbox"
        aria-label="Events of the stream"
        aria-activedescendant={`${id}-${at.value}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div style={{ height: `${rows.before}px` }} />
        {events.slice(rows.first, rows.end).map((event, offset) => {
          const index = rows.first + offset;
          return (
            <div
              key={index}
              id={`${id}-${index}`}
              class={index === at.value ? "event-row selected" : "event-row"}
              role="option"
              aria-selected={index === at.value}
              aria-setsize={events.length}
              aria-posinset={index + 1}
              onClick={() => (at.value = index)}
            >
              <span class="figure">{formatDuration(event.atMs)}</span>
              <span class="figure event-gap">{gapBefore(events, index)}</span>
              <span class={`event-text ${event.kind}`} title={kindTitles[event.kind]}>
                {event.text.slice(0, rowCharacters) || kindTitles[event.kind]}
              </span>
            </div>
          );
        })}
        <div style={{ height: `${rows.after}px` }} />
      </div>
      <div class="event-detail">
        <h3>
          Event {at.value + 1} of {events.length} <em>{formatDuration(selected?.atMs ?? null)}</em>
          <CopyButton text={text} label="Copy the event" />
        </h3>
        <LongText key={at.value} text={text} pieces={pieces} kind="code" />
      </div>
    </div>
  );
}

function gapBefore(events: readonly StreamEvent[], index: number): string {
  const [before, event] = [events[index - 1], events[index]];
  return before === undefined || event === undefined ? "" : `+${formatDuration(event.atMs - before.atMs)}`;
}

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

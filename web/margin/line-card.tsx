/** What one line has sent, call by call, in a card beside its pill. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Call } from "../../contract/calls.ts";
import { nameOf, statusOf } from "../calls/call-words.ts";
import { costOf } from "../calls/cost.ts";
import { formatDuration } from "../shell/format.ts";
import { spokenWords, wayTo } from "./line-money.ts";
import type { MarginRow } from "./margin-pills.tsx";

interface CardProps {
  readonly row: MarginRow;
  readonly beside: HTMLElement;
  readonly onCall: (call: Call) => void;
  readonly onEnter: () => void;
  readonly onLeave: () => void;
}

/** Calls listed in a card; the newest ones of more. */
const mostCalls = 8;
const edge = 8;

export function LineCard({ row, beside, onCall, onEnter, onLeave }: CardProps) {
  const card = useRef<HTMLDivElement>(null);
  const { money, changed, lines } = row;
  const calls = money.calls.slice(-mostCalls);
  const earlier = money.calls.length - calls.length;
  useLayoutEffect(() => {
    if (card.current !== null) standBeside(card.current, beside);
  }, [beside, calls.length]);
  const [way = "", ...otherWays] = new Set(money.calls.map(wayTo));
  const isOneWay = otherWays.length === 0;
  const names = lines.map(({ file, ranLine }) => `${file}:${ranLine}`).join(", ");
  return (
    <div
      ref={card}
      class="line-card"
      role="group"
      aria-label={names}
      onPointerEnter={onEnter}
      onPointerLeave={onLeave}
    >
      <p class="line-card-head">
        <strong class="mono">{names}</strong>
        <span>{spokenWords(money)}</span>
      </p>
      {changed && <p class="says warn">Changed since it ran: the figures are those of the text that ran.</p>}
      {earlier > 0 && (
        <p class="says">
          The newest {calls.length}; {earlier} more in the list of calls.
        </p>
      )}
      {isOneWay && way !== "" && <p class="says">Called from {way}</p>}
      <ul>
        {calls.map((call) => (
          <CardCall key={call.id} call={call} way={isOneWay ? "" : wayTo(call)} onCall={() => onCall(call)} />
        ))}
      </ul>
    </div>
  );
}

interface CardCallProps {
  readonly call: Call;
  /** Who called the line, where not all calls came the same way. */
  readonly way: string;
  readonly onCall: () => void;
}

function CardCall({ call, way, onCall }: CardCallProps) {
  const status = statusOf(call);
  const cost = costOf(call);
  const notes = [
    call.retryOf === null ? null : `a library's own retry of call ${call.retryOf}`,
    way === "" ? null : `called from ${way}`,
  ].filter((note) => note !== null);
  return (
    <li>
      {/* Reached by the pointer; with the keyboard the list of calls has the same. */}
      <button type="button" tabIndex={-1} class="line-card-call" onClick={onCall}>
        <span class="figure">{call.number}</span>
        <span class="line-card-model">{nameOf(call)}</span>
        <span class={`pill ${status.kind}`} title={status.title}>
          {status.text}
        </span>
        <span class="figure" title={cost.title}>
          {cost.text}
        </span>
        <span class="figure">{formatDuration(call.durationMs)}</span>
        {notes.length > 0 && <small class="line-card-note">{notes.join("; ")}</small>}
      </button>
    </li>
  );
}

/** Right of the pill, below its line, or above where there is no room. */
function standBeside(card: HTMLElement, beside: HTMLElement): void {
  const pill = beside.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = card;
  const below = pill.bottom + 4;
  const top = below + height <= innerHeight - edge ? below : Math.max(edge, pill.top - 4 - height);
  card.style.left = `${Math.max(edge, Math.min(pill.left, innerWidth - width - edge))}px`;
  card.style.top = `${top}px`;
}

/** The pills of the margin as a list that a screen reader and the arrow keys walk, and the card that tells of one line's calls. */
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Call } from "../../contract/calls.ts";
import { LineCard } from "./line-card.tsx";
import { marginWords, spokenWords, type LineMoney } from "./line-money.ts";

export interface MarginRow {
  /** Pixels from the top of the text. */
  readonly top: number;
  /** Where it stands now; of folded lines the first. */
  readonly line: number;
  /** The lines that are summed up: one, or those that are folded away here. */
  readonly lines: readonly { readonly file: string; readonly ranLine: number }[];
  readonly changed: boolean;
  readonly money: LineMoney;
}

interface PillsProps {
  readonly rows: Signal<readonly MarginRow[]>;
  readonly scrollTop: Signal<number>;
  readonly onOpen: (row: MarginRow) => void;
  readonly onCall: (call: Call) => void;
  readonly onReveal: (row: MarginRow) => void;
  /** Back to the text. */
  readonly onLeave: () => void;
}

/** Until a card comes when the pointer rests, and until it goes when the pointer has left, ms. */
const restMs = 160;
const leaveMs = 220;

export function MarginPills({ rows, scrollTop, onOpen, onCall, onReveal, onLeave }: PillsProps) {
  const all = rows.value;
  const walked = useSignal(0);
  const shown = useSignal<{ readonly line: number; readonly pill: HTMLElement } | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    shown.value = null;
  }, [scrollTop.value]);
  const later = (ms: number, next: typeof shown.value): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => (shown.value = next), ms);
  };
  const at = Math.min(walked.value, all.length - 1);
  const walk = (to: number): void => {
    const row = all[to];
    if (row === undefined) return;
    walked.value = to;
    onReveal(row);
    list.current?.querySelectorAll<HTMLElement>(".money-pill")[to]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") walk(at + 1);
    else if (event.key === "ArrowUp") walk(at - 1);
    else if (event.key === "Home") walk(0);
    else if (event.key === "End") walk(all.length - 1);
    else if (event.key === "Escape") onLeave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const open = all.find(({ line }) => line === shown.value?.line);
  if (all.length === 0) return null;
  return (
    <>
      <div
        ref={list}
        class="money-list"
        role="list"
        aria-label="Calls by line"
        style={{ transform: `translateY(${-scrollTop.value}px)` }}
        onKeyDown={onKeyDown}
      >
        {all.map((row, index) => (
          <div key={row.lines[0]?.ranLine} role="listitem" class="money-line" style={{ top: `${row.top}px` }}>
            <Pill
              row={row}
              tabIndex={index === at ? 0 : -1}
              onOpen={() => {
                later(0, null);
                onOpen(row);
              }}
              onFocus={() => (walked.value = index)}
              onRest={(pill, ms) => later(ms, { line: row.line, pill })}
              onLeave={() => later(leaveMs, null)}
            />
          </div>
        ))}
      </div>
      {open !== undefined && shown.value !== null && (
        <LineCard
          row={open}
          beside={shown.value.pill}
          onCall={(call) => {
            later(0, null);
            onCall(call);
          }}
          onEnter={() => clearTimeout(timer.current)}
          onLeave={() => later(leaveMs, null)}
        />
      )}
    </>
  );
}

/** Characters that a phone's margin has room for; of more the sum alone stands there. */
const fitsPhone = 12;

interface PillProps {
  readonly row: MarginRow;
  readonly tabIndex: number;
  readonly onOpen: () => void;
  readonly onFocus: () => void;
  readonly onRest: (pill: HTMLElement, ms: number) => void;
  readonly onLeave: () => void;
}

function Pill({ row, tabIndex, onOpen, onFocus, onRest, onLeave }: PillProps) {
  const { money, changed, lines } = row;
  const { count, sum } = marginWords(money);
  // A dot, a sign or a cross before or after the words takes the room of two characters.
  const marks = 2 * [money.open > 0, changed, lines.length > 1, money.failed > 0].filter(Boolean).length;
  const classes = [
    "money-pill",
    money.simulated && "simulated",
    changed && "changed",
    count.length + sum.length + marks > fitsPhone && "long",
  ].filter(Boolean);
  return (
    <button
      type="button"
      class={classes.join(" ")}
      tabIndex={tabIndex}
      aria-label={pillLabel(row)}
      onClick={onOpen}
      onPointerEnter={(event) => event.pointerType !== "touch" && onRest(event.currentTarget, restMs)}
      onPointerLeave={onLeave}
      onFocus={(event) => {
        onFocus();
        if (event.currentTarget.matches(":focus-visible")) onRest(event.currentTarget, 0);
      }}
      onBlur={onLeave}
    >
      {money.open > 0 && <i class="led busy" />}
      {changed && <span>≠</span>}
      {lines.length > 1 && <span class="money-folded">▸</span>}
      <span class="money-count">{count}</span>
      <span class="money-sum">{sum}</span>
      {money.failed > 0 && <b class="money-failed">✕{money.failed > 1 ? money.failed : ""}</b>}
    </button>
  );
}

/** "Line 16: 3 calls, $0.0042". */
function pillLabel({ line, lines, money, changed }: MarginRow): string {
  const where = lines.length > 1 ? `Line ${line}, with ${lines.length} folded lines` : `Line ${line}`;
  return `${where}: ${spokenWords(money)}${changed ? "; the line has changed since" : ""}`;
}

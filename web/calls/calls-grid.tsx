/** The rows of the list, of which only those in view are drawn: walked by keys, followed to the newest, opened by Enter. */
import { useSignal } from "@preact/signals";
import { useId, useMemo, useRef } from "preact/hooks";
import type { Call } from "../../contract/calls.ts";
import { useRowMenu } from "../call-actions/row-menu.tsx";
import { formatCount } from "../shell/format.ts";
import { useNarrow } from "../shell/use-narrow.ts";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";
import { useLayout } from "../state/layout.ts";
import {
  clampWidth,
  columns,
  layoutColumns,
  readChoices,
  writeChoices,
  type Column,
} from "./call-columns.ts";
import { isLive } from "./call-kinds.ts";
import { isOfArrival, nextOrder } from "./call-order.ts";
import { CallRow } from "./call-row.tsx";
import { CallsFoot } from "./calls-foot.tsx";
import { CallsHead } from "./calls-head.tsx";
import { useRowWindow } from "./row-window.ts";
import type { CallListing } from "./use-call-listing.ts";
import { useRowHold } from "./use-row-hold.ts";
import { useTicking } from "./use-ticking.ts";
import { axisOf, barOf, endOf } from "./waterfall.ts";

/** Also in calls-pane.css: a row, a card on a phone, what sticks above and below them, and the room at the right. */
const rowHeight = 28;
const cardHeight = 76;
const headHeight = 28;
const footHeight = 32;
const edge = 16;

/** From these widths on the model's column has room for the author's name, and for the words of a mark. */
const authorPx = 170;
const roomyPx = 240;
/** From one mark of the axis to the next, at least. */
const tickPx = 56;

interface GridProps {
  readonly list: CallListing;
  readonly scroller: { readonly current: HTMLDivElement | null };
  readonly toFilter: () => void;
}

export function CallsGrid({ list, scroller, toFilter }: GridProps) {
  const app = useApp();
  const id = useId();
  const narrow = useNarrow();
  const { rows, sums, total, live, endMs } = list.listing.value;
  const height = narrow ? cardHeight : rowHeight;
  const window = useRowWindow(scroller, rows.length, height, footHeight + (narrow ? 0 : headHeight));
  const { shape, resize } = useShape(window.width - edge, narrow);
  const now = useTicking(live.length > 0 && list.isShown.value);
  const mostMs = app.run.value?.timeoutMs ?? 0;
  const lastMs = live.reduce((most, call) => Math.max(most, endOf(barOf(call, now, mostMs))), endMs);
  const axis = axisOf(lastMs, Math.max(2, Math.min(6, Math.floor((shape.widths.at(-1) ?? 0) / tickPx))));
  const walk = useWalk(list, scroller, window, height, toFilter);
  const menu = useRowMenu((row) => rows[Number(row.getAttribute("aria-rowindex")) - 2] ?? null);
  const modelPx = shape.widths[shape.columns.findIndex((column) => column.id === "model")] ?? 0;
  const room = narrow ? "some" : modelPx >= roomyPx ? "ample" : modelPx >= authorPx ? "some" : "none";
  const isActiveDrawn = walk.active >= window.first && walk.active < window.end;
  const rowId = (call: Call | undefined): string => `${id}-${call?.number ?? 0}`;
  return (
    <>
      <div
        ref={scroller}
        class="calls-grid"
        role="grid"
        aria-label="Calls"
        aria-rowcount={rows.length + 2}
        aria-activedescendant={isActiveDrawn ? rowId(rows[walk.active]) : undefined}
        tabIndex={0}
        style={{
          "--columns": shape.template,
          "--axis": String(axis.endMs),
          "--tick": String(axis.stepMs),
        }}
        onClick={walk.onClick}
        onKeyDown={(event) => {
          if (menu.onMenuKey(event)) event.preventDefault();
          else walk.onKeyDown(event);
        }}
        onContextMenu={menu.onContextMenu}
      >
        {!narrow && (
          <CallsHead
            shape={shape}
            axis={axis}
            order={list.order.value}
            onSort={(by) => (list.order.value = nextOrder(list.order.value, by))}
            onResize={resize}
            toRows={() => scroller.current?.focus()}
          />
        )}
        <div style={{ height: `${window.before}px` }} />
        {rows.slice(window.first, window.end).map((call, offset) => {
          const index = window.first + offset;
          return (
            <CallRow
              key={call.id}
              id={rowId(call)}
              rowIndex={index + 2}
              call={call}
              columns={shape.columns}
              room={room}
              fileName={app.run.value?.fileName ?? ""}
              now={isLive(call) ? now : 0}
              mostMs={mostMs}
              selected={index === walk.selected}
              active={index === walk.active}
            />
          );
        })}
        <div style={{ height: `${window.after}px` }} />
        {rows.length === 0 && <NoneShown list={list} />}
        <CallsFoot
          columns={shape.columns}
          sums={sums}
          total={total}
          endMs={lastMs}
          rowIndex={rows.length + 2}
        />
      </div>
      {menu.element}
    </>
  );
}

function NoneShown({ list }: { readonly list: CallListing }) {
  const { total } = list.listing.value;
  const all = total === 1 ? "The one call is hidden" : `All ${formatCount(total)} calls are hidden`;
  return (
    <p class="calls-none">
      <strong>{all}:</strong> none is like the filter.
      <button type="button" class="btn btn-sm" onClick={list.clear}>
        Clear the filter
      </button>
    </p>
  );
}

/** On a card all of them have their places in the style sheet. */
const cardColumns = columns.filter(({ id, usually }) => usually && id !== "in" && id !== "out");

function useShape(width: number, narrow: boolean) {
  const layout = useLayout();
  const text = layout.callColumns.value;
  const choices = useMemo(() => readChoices(text), [text]);
  const shape = useMemo(
    () =>
      narrow
        ? { columns: cardColumns, widths: [width], template: "" }
        : layoutColumns(Math.max(0, width), choices),
    [width, choices, narrow],
  );
  const resize = (column: Column, px: number | null): void => {
    const widths = { ...choices.widths };
    if (px === null) delete widths[column.id];
    else widths[column.id] = clampWidth(column, px);
    layout.callColumns.value = writeChoices({ ...choices, widths });
  };
  return { shape, resize };
}

/** The index of a call among the rows; -1 when it is not among them. */
function indexOf(rows: readonly Call[], number: number | null): number {
  if (number === null) return -1;
  // Where nothing is filtered or sorted it stands at its own number.
  if (rows[number - 1]?.number === number) return number - 1;
  return rows.findIndex((call) => call.number === number);
}

/** What is chosen and what is walked to, by number: it stays the same call while rows come, go and change places. */
function useWalk(
  list: CallListing,
  scroller: GridProps["scroller"],
  window: ReturnType<typeof useRowWindow>,
  height: number,
  toFilter: () => void,
) {
  const app = useApp();
  const actions = useActions();
  const narrow = useNarrow();
  const { rows, live } = list.listing.value;
  const walked = useSignal<number | null>(null);
  const selected = indexOf(rows, app.selectedCall.value);
  const last = useRef(0);
  const at = selected >= 0 ? selected : indexOf(rows, walked.value);
  const active = at >= 0 ? at : Math.max(0, Math.min(last.current, rows.length - 1));
  last.current = active;
  const wish = useMemo(
    () => ({}),
    [list.filter.value, list.quick.value, list.order.value, app.callsOf.value],
  );
  const hold = useRowHold({
    scroller,
    rows,
    rowHeight: height,
    window,
    run: app.run.value?.id ?? null,
    isGrowing: app.running.value || live.length > 0,
    isOfArrival: isOfArrival(list.order.value),
    wish,
    chosen: at,
  });

  const select = (index: number): void => {
    const call = rows[index];
    if (call === undefined) return;
    walked.value = call.number;
    hold.pause(index === rows.length - 1);
    actions.selectCall(call.number);
    if (narrow) app.sheet.value = "inspector";
  };
  const move = (index: number): void => {
    const next = Math.max(0, Math.min(index, rows.length - 1));
    const call = rows[next];
    if (call === undefined) return;
    window.reveal(next);
    walked.value = call.number;
    hold.pause(next === rows.length - 1);
    // With the inspector open it follows; before that Enter opens it.
    if (selected >= 0) actions.selectCall(call.number);
  };
  const showLine = (): void => {
    const place = rows[active]?.sentFrom?.[0];
    if (place !== undefined && !place.file.startsWith("/")) actions.goTo(place);
  };
  const steps: Readonly<Record<string, () => void>> = {
    ArrowDown: () => move(active + 1),
    ArrowUp: () => move(active - 1),
    PageDown: () => move(active + window.page),
    PageUp: () => move(active - window.page),
    Home: () => move(0),
    End: () => move(rows.length - 1),
    Enter: () => select(active),
    " ": () => select(active),
    "/": toFilter,
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && app.selectedCall.value !== null) actions.selectCall(null);
    else if (event.key === "Escape") list.clear();
    else if (event.key === "Enter" && event.shiftKey) showLine();
    else if (steps[event.key] === undefined) return;
    else steps[event.key]?.();
    event.preventDefault();
    event.stopPropagation();
  };
  const onClick = (event: MouseEvent): void => {
    const row = event.target instanceof Element ? event.target.closest("[data-call]") : null;
    if (row === null) return;
    select(indexOf(rows, Number(row.getAttribute("data-call"))));
  };
  return { active, selected, onKeyDown, onClick };
}

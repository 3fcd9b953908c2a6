/** The head of the list: presses sort, edges are drawn to change widths, and the time axis has its marks. */
import { useSignal } from "@preact/signals";
import { Icon } from "../shell/icon.tsx";
import type { Column, ColumnLayout } from "./call-columns.ts";
import type { Order, SortId } from "./call-order.ts";
import type { Axis } from "./waterfall.ts";

interface HeadProps {
  readonly shape: ColumnLayout;
  readonly axis: Axis;
  readonly order: Order;
  readonly onSort: (by: SortId) => void;
  /** Null: as wide as it usually is. */
  readonly onResize: (column: Column, px: number | null) => void;
  readonly toRows: () => void;
}

const stepPx = 8;

export function CallsHead({ shape, axis, order, onSort, onResize, toRows }: HeadProps) {
  const reached = useSignal("number");
  const { columns, widths } = shape;
  // One stop of the Tab key for all of them; arrows go from one to the next.
  const stop = columns.some(({ id }) => id === reached.value) ? reached.value : "number";
  const onKeyDown = (event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void => {
    const buttons = [...event.currentTarget.querySelectorAll("button")];
    const at = buttons.findIndex((button) => button === document.activeElement);
    const column = columns[at];
    const isAside = event.key === "ArrowLeft" || event.key === "ArrowRight";
    const way = event.key === "ArrowRight" ? 1 : -1;
    if (isAside && event.shiftKey && column !== undefined)
      onResize(column, (widths[at] ?? column.usual) + way * stepPx);
    else if (isAside) buttons[Math.max(0, Math.min(at + way, buttons.length - 1))]?.focus();
    else if (event.key === "ArrowDown") toRows();
    else if (event.key === "Enter" || event.key === " ") return event.stopPropagation();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="calls-row calls-head" role="row" aria-rowindex={1} onKeyDown={onKeyDown}>
      {columns.map((column, index) => {
        const { id, label, says, figure } = column;
        if (id === "time") return <AxisHead key={id} axis={axis} />;
        const way = order?.by === id ? order.way : null;
        return (
          <span
            key={id}
            role="columnheader"
            class={figure ? "figure" : id === "model" ? "calls-model" : undefined}
            {...(way === null ? {} : { "aria-sort": way })}
          >
            <button
              type="button"
              class="calls-sort"
              title={`${says}: press to sort`}
              tabIndex={stop === id ? 0 : -1}
              onFocus={() => (reached.value = id)}
              onClick={() => onSort(id)}
            >
              {label}
              {way !== null && (
                <Icon name={way === "ascending" ? "chevron-up" : "chevron-down"} size="small" />
              )}
            </button>
            <Grip column={column} width={widths[index] ?? column.usual} onResize={onResize} />
          </span>
        );
      })}
    </div>
  );
}

function AxisHead({ axis }: { readonly axis: Axis }) {
  return (
    <span role="columnheader" class="calls-axis" aria-label="Timeline">
      {axis.ticks.map(({ atMs, label }) => (
        <span key={atMs} style={{ left: `${(atMs / axis.endMs) * 100}%` }}>
          {label}
        </span>
      ))}
    </span>
  );
}

/** The right edge of a column: drawn it changes the width, pressed twice it gives back the usual one. */
function Grip({
  column,
  width,
  onResize,
}: {
  readonly column: Column;
  readonly width: number;
  readonly onResize: HeadProps["onResize"];
}) {
  const onPointerDown = (event: PointerEvent & { readonly currentTarget: HTMLElement }): void => {
    const grip = event.currentTarget;
    const { clientX } = event;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    const onMove = (move: PointerEvent): void => onResize(column, width + move.clientX - clientX);
    grip.addEventListener("pointermove", onMove);
    const onEnd = (): void => grip.removeEventListener("pointermove", onMove);
    grip.addEventListener("lostpointercapture", onEnd, { once: true });
  };
  return (
    <i
      class="calls-grip"
      aria-hidden="true"
      onPointerDown={onPointerDown}
      onDblClick={() => onResize(column, null)}
    />
  );
}

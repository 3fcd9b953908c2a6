/** The line between two panes: dragged with the pointer, or moved with the arrow keys when it has the focus. */
import type { Signal } from "@preact/signals";

interface ResizeHandleProps {
  readonly label: string;
  /** The size it changes, px. */
  readonly size: Signal<number>;
  readonly least: number;
  /** Asked anew at each move: the window may have changed. */
  readonly most: () => number;
  /** Which way the pane grows when the pointer moves. */
  readonly grows: "right" | "left" | "up";
}

const stepPx = 16;

export function ResizeHandle({ label, size, least, most, grows }: ResizeHandleProps) {
  const isUpright = grows !== "up";
  const set = (px: number): void => {
    size.value = Math.round(Math.min(Math.max(px, least), Math.max(least, most())));
  };
  const onPointerDown = (event: PointerEvent & { readonly currentTarget: HTMLElement }): void => {
    const handle = event.currentTarget;
    const start = isUpright ? event.clientX : event.clientY;
    const before = size.value;
    handle.setPointerCapture(event.pointerId);
    const onMove = (move: PointerEvent): void => {
      const way = (isUpright ? move.clientX : move.clientY) - start;
      set(before + (grows === "right" ? way : -way));
    };
    handle.addEventListener("pointermove", onMove);
    handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", onMove), {
      once: true,
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const more = grows === "right" ? "ArrowRight" : grows === "left" ? "ArrowLeft" : "ArrowUp";
    const less = grows === "right" ? "ArrowLeft" : grows === "left" ? "ArrowRight" : "ArrowDown";
    if (event.key === more) set(size.value + stepPx);
    else if (event.key === less) set(size.value - stepPx);
    else return;
    event.preventDefault();
  };
  return (
    <div
      class={`resize-handle ${grows}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={isUpright ? "vertical" : "horizontal"}
      aria-valuenow={size.value}
      aria-valuemin={least}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}

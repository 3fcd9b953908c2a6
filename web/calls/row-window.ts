/** Which rows of a long list are in view, so that only those are in the page: ten thousand calls scroll like ten. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";

export interface RowWindow {
  /** Index of the first row to draw, and one past the last. */
  readonly first: number;
  readonly end: number;
  /** Empty space in px that stands for the rows above and below. */
  readonly before: number;
  readonly after: number;
}

/** Rows in view and `spare` more on each side; all rows are `rowHeight` px high. */
export function rowWindow(
  scrollTop: number,
  viewHeight: number,
  rowHeight: number,
  count: number,
  spare = 10,
): RowWindow {
  const at = Math.floor(scrollTop / rowHeight);
  const first = Math.max(0, Math.min(at - spare, count - 1));
  const end = Math.min(count, at + Math.ceil(viewHeight / rowHeight) + spare);
  return { first, end, before: first * rowHeight, after: Math.max(0, count - end) * rowHeight };
}

/**
 * The window over `count` rows inside a scrolling element; follows its scroll position and its size. `inset` is the height
 * in px of what sticks to its top and bottom.
 */
export function useRowWindow(
  scroller: { readonly current: HTMLElement | null },
  count: number,
  rowHeight: number,
  inset = 0,
): RowWindow & { readonly reveal: (index: number) => void } {
  const [view, setView] = useState({ top: 0, height: 600 });
  const frame = useRef(0);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const read = (): void => setView({ top: element.scrollTop, height: element.clientHeight });
    const later = (): void => {
      cancelAnimationFrame(frame.current);
      frame.current = requestAnimationFrame(read);
    };
    const sizes = new ResizeObserver(read);
    sizes.observe(element);
    element.addEventListener("scroll", later, { passive: true });
    read();
    return () => {
      cancelAnimationFrame(frame.current);
      sizes.disconnect();
      element.removeEventListener("scroll", later);
    };
  }, [scroller]);
  const reveal = (index: number): void => {
    const element = scroller.current;
    if (element === null) return;
    const top = index * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    const bottom = top + rowHeight;
    const room = element.clientHeight - inset;
    if (bottom > element.scrollTop + room) element.scrollTop = bottom - room;
  };
  return { ...rowWindow(view.top, view.height, rowHeight, count), reveal };
}

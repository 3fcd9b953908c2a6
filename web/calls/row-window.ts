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

/** How much of a scrolling element is seen; `top` is rounded down to whole rows, so that a small move draws nothing anew. */
interface View {
  readonly top: number;
  readonly height: number;
  readonly width: number;
}

export interface FollowedWindow extends RowWindow {
  /** Scrolls as little as is needed to bring a row into view. */
  readonly reveal: (index: number) => void;
  /** Whole rows that are seen at once, at least one. */
  readonly page: number;
  /** Inner width of the element in px; 0 before it was measured. */
  readonly width: number;
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
): FollowedWindow {
  const [view, setView] = useState<View>({ top: 0, height: 600, width: 0 });
  const frame = useRef(0);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const read = (): void => {
      const { scrollTop, clientHeight: height, clientWidth: width } = element;
      // A hidden pane has no size; it keeps the one that it will have again.
      if (height === 0) return;
      const top = Math.floor(scrollTop / rowHeight) * rowHeight;
      setView((old) =>
        old.top === top && old.height === height && old.width === width ? old : { top, height, width },
      );
    };
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
  }, [scroller, rowHeight]);
  const reveal = (index: number): void => {
    const element = scroller.current;
    if (element === null) return;
    const top = index * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    const bottom = top + rowHeight;
    const room = element.clientHeight - inset;
    if (bottom > element.scrollTop + room) element.scrollTop = bottom - room;
  };
  const page = Math.max(1, Math.floor((view.height - inset) / rowHeight));
  return { ...rowWindow(view.top, view.height, rowHeight, count), reveal, page, width: view.width };
}

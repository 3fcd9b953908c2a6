/** Keeps what one looks at where it is while rows come: the newest while the list stands at its end, else the row at the top. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Call } from "../../contract/calls.ts";
import type { FollowedWindow } from "./row-window.ts";

interface HoldParts {
  readonly scroller: { readonly current: HTMLElement | null };
  readonly rows: readonly Call[];
  readonly rowHeight: number;
  readonly window: FollowedWindow;
  /** The run: another one starts afresh. */
  readonly run: string | null;
  /** Rows may come: then the list starts at its end. */
  readonly isGrowing: boolean;
  /** Newer rows stand below older ones, so that its end is where the newest are. */
  readonly isOfArrival: boolean;
  /** Another filter or order: one wants to see its beginning, or the row that was chosen. */
  readonly wish: unknown;
  /** Index of the row that was chosen or walked to; -1 without. */
  readonly chosen: number;
}

export interface RowHold {
  /** A row was chosen: only with the last one the list goes on following the newest. */
  readonly pause: (isLast: boolean) => void;
}

export function useRowHold(parts: HoldParts): RowHold {
  const { scroller, rows, rowHeight, window, run, isGrowing, isOfArrival, wish, chosen } = parts;
  const held = useRef({ follows: isGrowing, top: null as Call | null, offset: 0 });
  const before = useRef({ run, wish, rows });
  /** A call was chosen from elsewhere (its own address, the margin): it is brought into view as soon as the list has a size. */
  const sought = useRef(true);
  const current = useRef(rows);
  current.current = rows;

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const note = (): void => {
      if (element.clientHeight === 0) return;
      const { scrollTop, scrollHeight, clientHeight } = element;
      held.current = {
        follows: scrollTop + clientHeight >= scrollHeight - rowHeight / 2,
        top: current.current[Math.floor(scrollTop / rowHeight)] ?? null,
        offset: scrollTop % rowHeight,
      };
    };
    element.addEventListener("scroll", note, { passive: true });
    return () => element.removeEventListener("scroll", note);
  }, [scroller, rowHeight]);

  useLayoutEffect(() => {
    const element = scroller.current;
    const was = before.current;
    before.current = { run, wish, rows };
    if (element === null) return;
    const isNewRun = was.run !== run;
    if (isNewRun) held.current = { follows: isGrowing, top: null, offset: 0 };
    if (chosen < 0) sought.current = true;
    const isSought = sought.current && chosen >= 0 && element.clientHeight > 0;
    if (isSought) {
      sought.current = false;
      window.reveal(chosen);
      return;
    }
    if (!isNewRun && was.wish === wish && was.rows === rows) return;
    const { follows, top, offset } = held.current;
    if (isOfArrival && follows && rows.length > 0) element.scrollTop = element.scrollHeight;
    else if (isNewRun) element.scrollTop = 0;
    else if (was.wish !== wish) {
      element.scrollTop = 0;
      if (chosen >= 0) window.reveal(chosen);
    } else if (top !== null && element.scrollTop > 0) {
      const index = rows.findIndex(({ number }) => number === top.number);
      if (index >= 0) element.scrollTop = index * rowHeight + offset;
    }
  });

  return {
    pause: (isLast) => {
      held.current = { ...held.current, follows: isLast };
    },
  };
}

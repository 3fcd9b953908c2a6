/** What the list is asked for and what it shows then, as signals; while the list is out of sight nothing is worked out. */
import { useComputed, useSignal, useSignalEffect, type ReadonlySignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Call } from "../../contract/calls.ts";
import { useApp } from "../state/app-state.ts";
import { useLayout } from "../state/layout.ts";
import { useNarrow } from "../shell/use-narrow.ts";
import { readFilter, type CallFilter } from "./call-filter.ts";
import type { QuickKind } from "./call-kinds.ts";
import { createCallList, type Listing } from "./call-listing.ts";
import type { Order } from "./call-order.ts";

export interface CallListing {
  readonly text: Signal<string>;
  readonly filter: ReadonlySignal<CallFilter>;
  readonly quick: Signal<QuickKind>;
  readonly order: Signal<Order>;
  readonly listing: ReadonlySignal<Listing>;
  /** The list is in sight. */
  readonly isShown: ReadonlySignal<boolean>;
  /** Shows all calls again. */
  readonly clear: () => void;
}

export function useCallListing(): CallListing {
  const app = useApp();
  const layout = useLayout();
  const narrow = useNarrow();
  const isPhone = useSignal(narrow);
  useEffect(() => {
    isPhone.value = narrow;
  }, [narrow]);
  const text = useSignal("");
  const quick = useSignal<QuickKind>("all");
  const order = useSignal<Order>(null);
  const filter = useComputed(() => readFilter(text.value));
  const list = useRef(createCallList());
  const seen = useRef<readonly Call[]>([]);
  const isShown = useComputed(() => app.panel.value === "calls" && (isPhone.value || layout.panelOpen.value));
  const calls = useComputed(() => {
    // Without reading the calls here, nothing is drawn for them.
    if (isShown.value) seen.current = app.calls.value;
    return seen.current;
  });
  const listing = useComputed(() =>
    list.current.update(calls.value, {
      line: app.callsOf.value,
      filter: filter.value,
      quick: quick.value,
      order: order.value,
    }),
  );
  useSignalEffect(() => {
    app.callsInView.value = isShown.value ? listing.value.rows : null;
  });
  const clear = (): void => {
    text.value = "";
    quick.value = "all";
    app.callsOf.value = null;
  };
  return { text, filter, quick, order, listing, isShown, clear };
}

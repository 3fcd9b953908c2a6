/** Loads the catalogue once the page is idle, and again when runs go somewhere else or the user asks. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { FailureReply } from "../../contract/failures.ts";
import type { Catalogue } from "../../contract/models.ts";
import { useApi } from "../api/api-context.ts";
import { useApp } from "../state/app-state.ts";

export interface CatalogueState {
  /** Null until the first answer; an older one stays when a later load fails. */
  readonly catalogue: Catalogue | null;
  readonly loading: boolean;
  readonly failure: FailureReply | null;
  readonly load: () => void;
}

export function useCatalogue(): CatalogueState {
  const api = useApi();
  const app = useApp();
  const catalogue = useSignal<Catalogue | null>(null);
  const failure = useSignal<FailureReply | null>(null);
  const loading = useSignal(false);
  const asked = useRef(0);

  const load = async (): Promise<void> => {
    const mine = ++asked.current;
    loading.value = true;
    const answer = await api.models({ query: {} });
    if (mine !== asked.current) return;
    loading.value = false;
    failure.value = answer.ok ? null : answer.error;
    if (answer.ok) catalogue.value = answer.value;
  };

  const session = app.session.value;
  const source = session === null ? null : `${session.simulated} ${session.key.source} ${session.key.label}`;
  useEffect(() => {
    if (source === null) return undefined;
    // The first run matters more than the chip's price.
    const idle = requestIdleCallback(() => void load(), { timeout: 2000 });
    return () => cancelIdleCallback(idle);
  }, [source]);

  return {
    catalogue: catalogue.value,
    loading: loading.value,
    failure: failure.value,
    load: () => void load(),
  };
}

/** Loads the list for what is searched: the latest question wins, however late an older answer comes. */
import { useSignal, useSignalEffect, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { FailureReply } from "../../contract/failures.ts";
import type { SnippetSummary } from "../../contract/snippets.ts";
import { useApi } from "../api/api-context.ts";
import { useApp } from "../state/app-state.ts";

export interface SnippetList {
  /** Null until the first answer. */
  readonly shown: readonly SnippetSummary[] | null;
  readonly total: number;
  /** What `shown` answers; trails what is being typed. */
  readonly query: string;
  readonly loading: boolean;
  readonly failure: FailureReply | null;
  readonly reload: () => Promise<void>;
}

interface Found {
  readonly query: string;
  readonly list: readonly SnippetSummary[];
  readonly total: number;
}

/** Typing asks after this pause; anything else at once. */
const pauseMs = 120;

export function useSnippetList(query: Signal<string>): SnippetList {
  const api = useApi();
  const app = useApp();
  const found = useSignal<Found | null>(null);
  const failure = useSignal<FailureReply | null>(null);
  const loading = useSignal(false);
  const asked = useRef(0);

  const load = async (): Promise<void> => {
    const mine = ++asked.current;
    const q = query.peek().trim();
    loading.value = true;
    const answer = await api.listSnippets({ query: q === "" ? {} : { q } });
    if (mine !== asked.current) return;
    loading.value = false;
    failure.value = answer.ok ? null : answer.error;
    if (!answer.ok) return;
    const { snippets: list, total } = answer.value;
    found.value = { query: q, list, total };
    if (q === "") app.snippets.value = { list, total };
  };
  // The loader of the latest drawing, for effects that outlive it.
  const latest = useRef(load);
  latest.current = load;

  const searched = query.value;
  // What was saved here, and what was changed elsewhere while the server could not be reached.
  const { snippetId, revision } = app.program.value;
  const lost = app.link.value === "lost";
  useEffect(() => {
    if (lost) return undefined;
    const timer = setTimeout(() => void latest.current(), searched === "" ? 0 : pauseMs);
    return () => clearTimeout(timer);
  }, [searched, snippetId, revision, lost]);
  // Others put a newer list there too, after a save for instance.
  useSignalEffect(() => {
    const all = app.snippets.value;
    if (all !== null && query.peek().trim() === "") found.value = { query: "", ...all };
  });

  return {
    shown: found.value?.list ?? null,
    total: found.value?.total ?? 0,
    query: found.value?.query ?? "",
    loading: loading.value,
    failure: failure.value,
    reload: () => latest.current(),
  };
}

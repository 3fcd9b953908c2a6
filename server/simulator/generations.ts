/** What `/generation` and `/activity` tell: one record per answered request, the newest 10,000. */
import type { PicoUsd } from "./prices.ts";
import { utcDay } from "./keys.ts";

export interface Generation {
  readonly id: string;
  readonly keyHash: string;
  readonly model: string;
  readonly permaslug: string;
  readonly provider: string;
  readonly apiType: "completions" | "embeddings" | "rerank" | "tts" | "stt" | "video" | "image";
  readonly router: string | null;
  readonly createdAt: number;
  /** From when on it can be looked up, Unix ms. */
  readonly visibleAt: number;
  readonly streamed: boolean;
  readonly cancelled: boolean;
  readonly cost: PicoUsd;
  readonly upstreamCost: PicoUsd;
  readonly isByok: boolean;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly reasoningTokens: number;
  readonly cachedTokens: number;
  readonly searches: number;
  readonly latencyMs: number;
  readonly generationMs: number;
  readonly finishReason: string | null;
  readonly nativeFinishReason: string | null;
  readonly sessionId: string | null;
  readonly referer: string | null;
  readonly userAgent: string | null;
  readonly attempts: readonly { readonly provider: string; readonly status: number }[];
  readonly cacheSourceId: string | null;
}

export interface DayRow {
  readonly date: string;
  readonly keyHash: string;
  readonly model: string;
  readonly permaslug: string;
  readonly provider: string;
  requests: number;
  promptTokens: number;
  completionTokens: number;
  reasoningTokens: number;
  usage: PicoUsd;
}

export interface Generations {
  add(generation: Generation): void;
  find(id: string): Generation | null;
  /** Sums by day, key and model, at most the last 10,000 such rows. */
  days(): readonly DayRow[];
}

const kept = 10_000;

export function createGenerations(): Generations {
  const byId = new Map<string, Generation>();
  const days = new Map<string, DayRow>();
  return {
    add(generation) {
      byId.set(generation.id, generation);
      dropOldest(byId);
      const date = utcDay(generation.createdAt);
      const place = `${date} ${generation.keyHash} ${generation.model} ${generation.provider}`;
      const row = days.get(place) ?? {
        date,
        keyHash: generation.keyHash,
        model: generation.model,
        permaslug: generation.permaslug,
        provider: generation.provider,
        requests: 0,
        promptTokens: 0,
        completionTokens: 0,
        reasoningTokens: 0,
        usage: 0n,
      };
      row.requests += 1;
      row.promptTokens += generation.promptTokens;
      row.completionTokens += generation.completionTokens;
      row.reasoningTokens += generation.reasoningTokens;
      row.usage += generation.cost;
      days.set(place, row);
      dropOldest(days);
    },
    find: (id) => byId.get(id) ?? null,
    days: () => [...days.values()],
  };
}

function dropOldest(rows: Map<string, unknown>): void {
  const [oldest] = rows.keys();
  if (rows.size > kept && oldest !== undefined) rows.delete(oldest);
}

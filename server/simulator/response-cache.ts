/** OpenRouter's response cache: equal requests within the time to live are answered again at no charge. */
import { createHash } from "node:crypto";
import type { Clock } from "../clock.ts";

/** Entries kept; past this the oldest goes. */
const kept = 1_000;

export interface CacheHit {
  readonly ageSeconds: number;
  readonly sourceId: string;
}

export interface ResponseCache {
  find(place: string): CacheHit | null;
  fill(place: string, sourceId: string, ttlSeconds: number): void;
  drop(place: string): void;
}

export function createResponseCache(clock: Clock): ResponseCache {
  const entries = new Map<string, { filledAt: number; endsAt: number; sourceId: string }>();
  return {
    find(place) {
      const entry = entries.get(place);
      if (!entry) return null;
      if (clock.now() >= entry.endsAt) {
        entries.delete(place);
        return null;
      }
      return { ageSeconds: Math.floor((clock.now() - entry.filledAt) / 1000), sourceId: entry.sourceId };
    },
    fill(place, sourceId, ttlSeconds) {
      entries.delete(place);
      entries.set(place, { filledAt: clock.now(), endsAt: clock.now() + ttlSeconds * 1000, sourceId });
      const [oldest] = entries.keys();
      if (entries.size > kept && oldest !== undefined) entries.delete(oldest);
    },
    drop: (place) => void entries.delete(place),
  };
}

/** What must be equal for a hit: key, path and body, white space aside; the order of properties counts. */
export const cachePlace = (keyHash: string, path: string, json: unknown): string =>
  createHash("sha256")
    .update(`${keyHash}\n${path}\n${JSON.stringify(json)}`)
    .digest("hex");

/** Seconds from `X-OpenRouter-Cache-TTL`: leading digits, 1 to 86,400, 300 when there are none. */
export function cacheTtl(header: string | undefined): number {
  const digits = /^\s*(\d{1,9})/.exec(header ?? "")?.[1];
  return digits === undefined ? 300 : Math.min(86_400, Math.max(1, Number(digits)));
}

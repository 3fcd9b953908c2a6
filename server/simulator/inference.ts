/** The common way of every request that asks a model: route, count, cache, complete, charge, record. */
import type { Ask } from "./ask.ts";
import type { Broken } from "./breaks.ts";
import { drawWithin } from "./chance.ts";
import { complete, spentUntil, type Completion } from "./completion.ts";
import { refuse, type Exchange, type Reply, type World } from "./exchange.ts";
import type { KeyRow } from "./keys.ts";
import { cachePlace, cacheTtl, type CacheHit } from "./response-cache.ts";
import { route, type Route } from "./routing.ts";
import type { Break, UsageVariant } from "./scenarios.ts";
import type { Frame } from "./stream.ts";
import type { Spending } from "./usage.ts";

/** How one API shape says a completion. */
export interface Shape {
  readonly plain: (completion: Completion) => unknown;
  readonly frames: (completion: Completion, variant: UsageVariant) => readonly Frame[];
  readonly broken: (completion: Completion, how: Break) => Broken;
}

/** Longest time that a reply without a stream takes. */
const plainMostMs = 2_500;

export function infer(world: World, exchange: Exchange, ask: Ask, shape: Shape): Reply {
  const caller = callerOf(exchange);
  const wantsMetadata = [
    exchange.header("x-openrouter-metadata"),
    exchange.header("x-openrouter-experimental-metadata"),
  ].some((value) => value?.toLowerCase() === "enabled");
  const routed = route(ask, caller);
  if (!routed.ok) {
    const { routerMetadata, ...error } = routed.error;
    return refuse(wantsMetadata && error.status !== 500 ? { ...error, routerMetadata } : error);
  }
  const chosen = routed.value;
  if (chosen.entry.wire.id.endsWith(":free")) {
    const spent = world.freeCounters.take(caller, world.clock.now());
    if (spent) return refuse(spent);
  }
  const cache = readCache(world, exchange, caller);
  const completion = complete({
    ask,
    route: chosen,
    id: exchange.id,
    now: world.clock.now(),
    cached: cache.hit !== null,
    wantsMetadata,
  });
  const reply = ask.stream
    ? streamed(world, exchange, completion, shape, cache)
    : plain(world, exchange, completion, shape, cache);
  cache.fill();
  return reply;
}

export function callerOf(exchange: Exchange): KeyRow {
  if (!exchange.caller) throw new Error("the route's access lets only callers in");
  return exchange.caller;
}

function plain(world: World, exchange: Exchange, completion: Completion, shape: Shape, cache: Cache): Reply {
  const { pace } = world;
  const firstMs = drawWithin(pace.firstTokenMs, completion.id);
  const afterMs = Math.min(
    firstMs + (completion.spent.completion * pace.chunkMs[0]) / 3,
    firstMs + plainMostMs,
  );
  record(world, exchange, completion, {
    spent: completion.spent,
    cancelled: false,
    latencyMs: Math.round(afterMs),
    generationMs: Math.round(afterMs - firstMs),
    visibleAfterMs: afterMs,
    finish: completion.said.finish,
    cacheSourceId: cache.hit?.sourceId ?? null,
  });
  return { kind: "json", status: 200, body: shape.plain(completion), headers: cache.headers, afterMs };
}

function streamed(
  world: World,
  exchange: Exchange,
  completion: Completion,
  shape: Shape,
  cache: Cache,
): Reply {
  const scenario = completion.route.entry.scenario;
  const variant = scenario?.kind === "usage" ? scenario.variant : "repeated-finish";
  const broken = scenario?.kind === "break" ? shape.broken(completion, scenario.how) : null;
  return {
    kind: "stream",
    headers: cache.headers,
    script: {
      id: completion.id,
      frames: broken?.frames ?? shape.frames(completion, variant),
      framing: scenario?.kind === "frame" ? scenario.how : "plain",
      ending: broken?.ending ?? "whole",
      settle: ({ tokens, cancelled, latencyMs, generationMs }) => {
        const cut = cancelled || (broken !== null && tokens < completion.spent.completion);
        const bill = cut ? spentUntil(completion, tokens) : completion.spent;
        record(world, exchange, completion, {
          spent: broken?.free ? { ...bill, charged: 0n } : bill,
          cancelled,
          latencyMs,
          generationMs,
          visibleAfterMs: 0,
          finish: cancelled ? null : cut ? "error" : completion.said.finish,
          cacheSourceId: cache.hit?.sourceId ?? null,
        });
      },
    },
  };
}

interface Outcome {
  readonly spent: Spending;
  readonly cancelled: boolean;
  readonly latencyMs: number;
  readonly generationMs: number;
  readonly visibleAfterMs: number;
  readonly finish: string | null;
  readonly cacheSourceId: string | null;
}

function record(world: World, exchange: Exchange, completion: Completion, outcome: Outcome): void {
  const caller = callerOf(exchange);
  const { spent } = outcome;
  world.keys.charge(caller, spent.charged);
  world.generations.add({
    ...generationOf(exchange, completion.route),
    apiType: "completions",
    router: completion.route.router,
    createdAt: completion.created * 1000,
    visibleAt: world.clock.now() + outcome.visibleAfterMs + world.pace.generationDelayMs,
    streamed: completion.ask.stream,
    cancelled: outcome.cancelled,
    cost: spent.charged,
    upstreamCost: spent.promptCost + spent.completionCost,
    isByok: spent.isByok,
    promptTokens: spent.prompt,
    completionTokens: spent.completion,
    reasoningTokens: spent.reasoning,
    cachedTokens: spent.cached,
    searches: spent.searches,
    latencyMs: outcome.latencyMs,
    generationMs: outcome.generationMs,
    finishReason: outcome.finish,
    nativeFinishReason: outcome.finish === completion.said.finish ? completion.nativeFinish : outcome.finish,
    sessionId: completion.ask.sessionId,
    cacheSourceId: outcome.cacheSourceId,
  });
}

/** What every record says of who asked and who answered. */
export function generationOf(
  exchange: Exchange,
  chosen: Pick<Route, "entry" | "provider" | "attempts">,
): {
  id: string;
  keyHash: string;
  model: string;
  permaslug: string;
  provider: string;
  referer: string | null;
  userAgent: string | null;
  attempts: Route["attempts"];
} {
  return {
    id: exchange.id,
    keyHash: callerOf(exchange).hash,
    model: chosen.entry.wire.id,
    permaslug: chosen.entry.wire.canonical_slug,
    provider: chosen.provider.name,
    referer: shortened(exchange.header("http-referer") ?? exchange.header("referer")),
    userAgent: shortened(exchange.header("user-agent")),
    attempts: chosen.attempts,
  };
}

const shortened = (text: string | undefined): string | null =>
  text === undefined ? null : text.slice(0, 500);

interface Cache {
  readonly hit: CacheHit | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly fill: () => void;
}

function readCache(world: World, exchange: Exchange, caller: KeyRow): Cache {
  if (exchange.header("x-openrouter-cache")?.toLowerCase() !== "true")
    return { hit: null, headers: {}, fill: () => undefined };
  const place = cachePlace(caller.hash, exchange.path, exchange.json);
  if (exchange.header("x-openrouter-cache-clear")?.toLowerCase() === "true") world.cache.drop(place);
  const ttl = cacheTtl(exchange.header("x-openrouter-cache-ttl"));
  const hit = world.cache.find(place);
  return {
    hit,
    headers: {
      "X-OpenRouter-Cache-Status": hit ? "HIT" : "MISS",
      "X-OpenRouter-Cache-TTL": String(ttl),
      ...(hit
        ? { "X-OpenRouter-Cache-Age": String(hit.ageSeconds), "X-OpenRouter-Cache-Source-Id": hit.sourceId }
        : {}),
    },
    fill: () => {
      if (!hit) world.cache.fill(place, exchange.id, ttl);
    },
  };
}

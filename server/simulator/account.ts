/** What a key can ask about itself and its account: `/key`, `/credits`, `/generation`, `/activity`. */
import {
  json,
  notFound,
  badRequest,
  refuse,
  type Exchange,
  type Reply,
  type Surface,
  type World,
} from "./exchange.ts";
import type { Generation } from "./generations.ts";
import { callerOf } from "./inference.ts";
import { labelOf, limitRemaining, usageOf, userIdOf, utcDay } from "./keys.ts";
import { usdNumber } from "./prices.ts";

/** What the simulated account has bought, USD. */
const totalCredits = 100;

function key(world: World, exchange: Exchange): Reply {
  const row = callerOf(exchange);
  const now = world.clock.now();
  const usage = usageOf(row, now);
  const left = limitRemaining(row, now);
  const isManagement = row.state === "management";
  return json({
    data: {
      label: labelOf(row.key),
      limit: row.limit === null ? null : usdNumber(row.limit),
      limit_remaining: left === null ? null : usdNumber(left),
      limit_reset: row.limitReset,
      usage: usdNumber(usage.total),
      usage_daily: usdNumber(usage.daily),
      usage_weekly: usdNumber(usage.weekly),
      usage_monthly: usdNumber(usage.monthly),
      byok_usage: 0,
      byok_usage_daily: 0,
      byok_usage_weekly: 0,
      byok_usage_monthly: 0,
      include_byok_in_limit: false,
      is_free_tier: row.isFreeTier,
      is_management_key: isManagement,
      is_provisioning_key: isManagement,
      creator_user_id: userIdOf(row),
      expires_at: row.expiresAt === null ? null : new Date(row.expiresAt).toISOString(),
      rate_limit: { requests: -1, interval: "10s", note: "This field is deprecated and safe to ignore." },
      organization_id: null,
      workspace_id: null,
      allowed_data_regions: ["global"],
      free_model_daily_requests: world.freeCounters.usedToday(row, now),
    },
  });
}

/** Another account's generation, and one that is too young, are not there. */
function generation(world: World, exchange: Exchange): Reply {
  const id = exchange.query.get("id");
  if (id === null || id === "") return refuse(badRequest("id: expected a generation's id"));
  const found = world.generations.find(id);
  if (!found || found.keyHash !== callerOf(exchange).hash || world.clock.now() < found.visibleAt)
    return refuse(notFound(`Generation ${id.slice(0, 80)} not found`));
  return json({ data: generationWire(found) });
}

const generationWire = (found: Generation): unknown => ({
  id: found.id,
  upstream_id: null,
  total_cost: usdNumber(found.cost),
  usage: usdNumber(found.cost),
  cache_discount: null,
  upstream_inference_cost: found.isByok ? usdNumber(found.upstreamCost) : 0,
  created_at: new Date(found.createdAt).toISOString(),
  model: found.model,
  provider_name: found.provider,
  api_type: found.apiType,
  router: found.router,
  app_id: null,
  origin: found.referer ?? "",
  http_referer: found.referer,
  user_agent: found.userAgent,
  external_user: null,
  streamed: found.streamed,
  cancelled: found.cancelled,
  latency: found.latencyMs,
  moderation_latency: null,
  generation_time: found.generationMs,
  finish_reason: found.finishReason,
  native_finish_reason: found.nativeFinishReason,
  tokens_prompt: found.promptTokens,
  tokens_completion: found.completionTokens,
  native_tokens_prompt: found.promptTokens,
  native_tokens_completion: found.completionTokens,
  native_tokens_completion_images: 0,
  native_tokens_reasoning: found.reasoningTokens,
  native_tokens_cached: found.cachedTokens,
  num_media_prompt: null,
  num_media_completion: null,
  num_input_audio_prompt: null,
  num_search_results: found.searches > 0 ? found.searches : null,
  num_fetches: null,
  is_byok: found.isByok,
  session_id: found.sessionId,
  request_id: found.id,
  preset_id: null,
  workspace_id: null,
  service_tier: "default",
  web_search_engine: found.searches > 0 ? "exa" : null,
  response_cache_source_id: found.cacheSourceId,
  data_region: "global",
  provider_responses: found.attempts.map(({ provider, status }) => ({ provider_name: provider, status })),
});

/** The last thirty days that are over (today is not). */
function activity(world: World, exchange: Exchange): Reply {
  const now = world.clock.now();
  const day = exchange.query.get("date");
  if (day !== null && !/^\d{4}-\d{2}-\d{2}$/.test(day))
    return refuse(badRequest("date: expected YYYY-MM-DD"));
  const hash = exchange.query.get("api_key_hash");
  const today = utcDay(now);
  const first = utcDay(now - 30 * 86_400_000);
  const rows = world.generations
    .days()
    .filter(
      (row) =>
        row.date < today &&
        row.date >= first &&
        (day === null || row.date === day) &&
        (hash === null || row.keyHash === hash),
    );
  return json({
    data: rows.map((row) => ({
      date: row.date,
      model: row.model,
      model_permaslug: row.permaslug,
      endpoint_id: `simulated-${row.model.replaceAll("/", "-")}`,
      provider_name: row.provider,
      usage: usdNumber(row.usage),
      byok_usage_inference: 0,
      requests: row.requests,
      prompt_tokens: row.promptTokens,
      completion_tokens: row.completionTokens,
      reasoning_tokens: row.reasoningTokens,
    })),
  });
}

export const accountSurfaces: readonly Surface[] = [
  { method: "GET", path: "/api/v1/key", access: "key", answer: key },
  { method: "GET", path: "/api/v1/auth/key", access: "key", answer: key },
  { method: "GET", path: "/api/v1/generation", access: "key", answer: generation },
  {
    method: "GET",
    path: "/api/v1/generation/content",
    access: "key",
    // As for an account that does not log what goes in and out.
    answer: () => refuse(notFound("Generation content not found")),
  },
  {
    method: "GET",
    path: "/api/v1/credits",
    access: "management",
    answer: (world) =>
      json({ data: { total_credits: totalCredits, total_usage: usdNumber(world.keys.totalUsage()) } }),
  },
  { method: "GET", path: "/api/v1/activity", access: "management", answer: activity },
];

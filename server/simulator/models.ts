/** The catalogue's addresses: lists with filters, single models, their endpoints, providers. */
import { catalogue, findModel, type Entry, type WireModel } from "./catalogue.ts";
import { badRequest, json, notFound, refuse, type Exchange, type Reply, type Surface } from "./exchange.ts";
import { filterModels, isFiltered, sortModels } from "./model-filters.ts";
import { providers } from "./providers.ts";

const wireModels = (outputs: string): WireModel[] =>
  catalogue
    .map((entry) => entry.wire)
    .filter((wire) => outputs === "all" || wire.architecture.output_modalities.includes(outputs));

/** The page of the list that the query asks for; without `offset` and `limit` the whole. */
function list(exchange: Exchange): Reply {
  const { query } = exchange;
  const fault = isFiltered(query);
  if (fault !== null) return refuse(badRequest(fault));
  const models = sortModels(filterModels(catalogue, query), query.get("sort")).map((entry) => entry.wire);
  const offset = Number(query.get("offset") ?? 0);
  const limit = query.has("offset") || query.has("limit") ? Number(query.get("limit") ?? 500) : models.length;
  const page = models.slice(offset, offset + limit);
  const following = offset + limit < models.length ? new URLSearchParams(query) : null;
  following?.set("offset", String(offset + limit));
  following?.set("limit", String(limit));
  return json({
    data: page,
    total_count: models.length,
    links: { next: following ? `${exchange.path}?${following.toString()}` : null },
  });
}

const named = (exchange: Exchange): Entry | null =>
  findModel(`${exchange.parts["author"]}/${exchange.parts["slug"]}`);

function oneModel(exchange: Exchange, answer: (entry: Entry) => unknown): Reply {
  const entry = named(exchange);
  return entry ? json({ data: answer(entry) }) : refuse(notFound("Model not found"));
}

/** A model with where it can be had. */
const endpointsOf = ({ wire, providers: at }: Entry) => ({
  id: wire.id,
  name: wire.name,
  created: wire.created,
  description: wire.description,
  architecture: wire.architecture,
  endpoints: at.map((provider, rank) => ({
    name: `${provider.name} | ${wire.canonical_slug}`,
    model_id: wire.id,
    model_name: wire.name,
    context_length: wire.context_length,
    pricing: wire.pricing,
    provider_name: provider.name,
    tag: provider.slug,
    quantization: "unknown",
    max_completion_tokens: wire.top_provider.max_completion_tokens,
    max_prompt_tokens: null,
    supported_parameters: wire.supported_parameters,
    status: 0,
    uptime_last_5m: 100,
    uptime_last_30m: 100 - rank / 2,
    uptime_last_1d: 100 - rank / 2,
    latency_last_30m: null,
    throughput_last_30m: null,
    supports_implicit_caching: wire.pricing.input_cache_read !== undefined,
  })),
});

export const modelSurfaces: readonly Surface[] = [
  { method: "GET", path: "/api/v1/models", access: "anyone", answer: (_, exchange) => list(exchange) },
  { method: "GET", path: "/api/v1/models/user", access: "key", answer: (_, exchange) => list(exchange) },
  {
    method: "GET",
    path: "/api/v1/models/count",
    access: "anyone",
    answer: (_, exchange) =>
      json({ data: { count: wireModels(exchange.query.get("output_modalities") ?? "text").length } }),
  },
  {
    method: "GET",
    path: "/api/v1/models/:author/:slug/endpoints",
    access: "anyone",
    answer: (_, exchange) => oneModel(exchange, endpointsOf),
  },
  {
    method: "GET",
    path: "/api/v1/model/:author/:slug",
    access: "anyone",
    answer: (_, exchange) => oneModel(exchange, (entry) => entry.wire),
  },
  {
    method: "GET",
    path: "/api/v1/parameters/:author/:slug",
    access: "key",
    answer: (_, exchange) =>
      oneModel(exchange, ({ wire }) => ({ model: wire.id, supported_parameters: wire.supported_parameters })),
  },
  ...(["embeddings", "images", "videos"] as const).map((kind): Surface => ({
    method: "GET",
    path: `/api/v1/${kind}/models`,
    access: "anyone",
    answer: () => {
      const models = wireModels(kind === "embeddings" ? kind : kind.slice(0, -1));
      return json({ data: models, total_count: models.length, links: { next: null } });
    },
  })),
  {
    method: "GET",
    path: "/api/v1/images/models/:author/:slug/endpoints",
    access: "anyone",
    answer: (_, exchange) => oneModel(exchange, endpointsOf),
  },
  {
    method: "GET",
    path: "/api/v1/endpoints/zdr",
    access: "anyone",
    // Nothing that is simulated is retained anywhere.
    answer: () => json({ data: catalogue.flatMap((entry) => endpointsOf(entry).endpoints) }),
  },
  {
    method: "GET",
    path: "/api/v1/providers",
    access: "anyone",
    answer: () =>
      json({
        data: Object.values(providers).map((provider) => ({
          name: provider.name,
          slug: provider.slug,
          privacy_policy_url: null,
          terms_of_service_url: null,
          status_page_url: null,
          headquarters: provider.headquarters,
          datacenters: [provider.headquarters],
        })),
      }),
  },
];

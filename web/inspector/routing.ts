/** How a call found its way: what the request asked for, what the reply told of it, and what nobody told. Pure. */
import type { CallRecord } from "../../contract/calls.ts";
import {
  asText,
  listIn,
  objectIn,
  objectsIn,
  parsed,
  textIn,
  type JsonObject,
} from "../recorded/json-values.ts";

export interface RoutingFact {
  readonly name: string;
  readonly value: string;
}

/** One provider that was tried, or one that could have been. */
export interface Endpoint {
  readonly provider: string;
  readonly model: string | null;
  /** HTTP status of the try; null where none is told. */
  readonly status: string | null;
  readonly selected: boolean;
}

/** What happened to the request on its way: a plugin, a guardrail, a server tool. */
export interface PipelineStep {
  readonly type: string;
  readonly name: string;
  readonly summary: string | null;
  readonly costUsd: string | null;
}

export interface Routing {
  readonly asked: readonly RoutingFact[];
  readonly answered: readonly RoutingFact[];
  /** Null: the reply holds no router metadata. */
  readonly told: {
    readonly facts: readonly RoutingFact[];
    readonly attempts: readonly Endpoint[];
    readonly available: readonly Endpoint[];
    readonly pipeline: readonly PipelineStep[];
  } | null;
}

export function routingOf(record: CallRecord): Routing {
  return { asked: askedOf(record), answered: answeredOf(record), told: toldOf(record) };
}

const preferences: Readonly<Record<string, string>> = {
  order: "Providers, in this order",
  only: "Only these providers",
  ignore: "Never these providers",
  allow_fallbacks: "Other providers when these fail",
  require_parameters: "Must support every parameter",
  data_collection: "Providers that collect data",
  zdr: "Zero data retention",
  enforce_distillable_text: "Distillable text only",
  quantizations: "Quantizations",
  sort: "Sorted by",
  preferred_min_throughput: "Preferred throughput at least",
  preferred_max_latency: "Preferred latency at most",
  max_price: "Highest price per million",
  options: "Options for providers",
};

function askedOf({ request }: CallRecord): readonly RoutingFact[] {
  const body = objectIn(parsed(request.text)) ?? {};
  const provider = objectIn(body["provider"]) ?? {};
  const preferred = Object.entries(provider).map(([name, value]) =>
    fact(Object.hasOwn(preferences, name) ? (preferences[name] ?? name) : name, value),
  );
  const plugins = objectsIn(body["plugins"]).map((plugin) => asText(plugin["id"]));
  const header = (name: string): string | null => headerOf(request.headers, name);
  return present([
    fact("Model", body["model"]),
    fact("Fallback models", body["models"]),
    fact(
      "Fallbacks of the messages surface",
      objectsIn(body["fallbacks"]).map((entry) => asText(entry["model"])),
    ),
    fact("Preset", body["preset"]),
    fact("Route", body["route"]),
    ...preferred,
    fact("Service tier", body["service_tier"]),
    fact("Plugins", plugins),
    fact("Session", textIn(body["session_id"]) ?? header("x-session-id")),
    fact("Response cache", header("x-openrouter-cache")),
    fact("Router metadata", header("x-openrouter-metadata") ?? header("x-openrouter-experimental-metadata")),
  ]);
}

function answeredOf(record: CallRecord): readonly RoutingFact[] {
  const { call, response } = record;
  const header = (name: string): string | null => headerOf(response.headers, name);
  const metadata = errorMetadata(record);
  const previous = objectsIn(metadata?.["previous_errors"]).map((entry) =>
    [entry["provider"], entry["status"] ?? entry["code"]].map(asText).filter(Boolean).join(" "),
  );
  const age = header("x-openrouter-cache-age");
  return present([
    fact("Model", call.model),
    fact("Provider", call.provider ?? metadata?.["provider_name"]),
    fact("Service tier", lastHolding(record, "service_tier")?.["service_tier"]),
    fact("Failed before", previous),
    fact("Flagged by moderation", metadata?.["reasons"]),
    fact("Guardrail matched", metadata?.["patterns"]),
    fact("Response cache", header("x-openrouter-cache-status")),
    fact("Age in the response cache", age === null ? null : `${age} s`),
    fact("Answered first as", header("x-openrouter-cache-source-id")),
    fact("Edge", header("cf-ray")),
  ]);
}

function toldOf(record: CallRecord): Routing["told"] {
  const metadata = objectIn(lastHolding(record, "openrouter_metadata")?.["openrouter_metadata"]);
  if (metadata === null) return null;
  const pipeline = objectsIn(metadata["pipeline"]).map((step) => ({
    type: asText(step["type"]),
    name: asText(step["name"]),
    summary: textIn(step["summary"]),
    costUsd: typeof step["cost_usd"] === "number" ? String(step["cost_usd"]) : null,
  }));
  return {
    facts: present([
      fact("Requested", metadata["requested"]),
      fact("Strategy", metadata["strategy"]),
      fact("Region", metadata["region"]),
      fact("Try that answered", metadata["attempt"]),
      fact("Your own provider key", metadata["is_byok"]),
      fact("Summary", metadata["summary"]),
      ...Object.entries(objectIn(metadata["params"]) ?? {}).map(([name, value]) => fact(name, value)),
    ]),
    attempts: objectsIn(metadata["attempts"]).map(endpoint),
    available: objectsIn(objectIn(metadata["endpoints"])?.["available"]).map(endpoint),
    pipeline,
  };
}

const endpoint = (told: JsonObject): Endpoint => ({
  provider: asText(told["provider"]),
  model: textIn(told["model"]),
  status: told["status"] === undefined ? null : asText(told["status"]),
  selected: told["selected"] === true,
});

/** The last JSON object of the reply that has the name at its top, or one level down in what wraps it. */
function lastHolding(record: CallRecord, name: string): JsonObject | null {
  const quoted = `"${name}"`;
  const isStream = record.events.length > 0;
  const texts = isStream
    ? record.events
        .filter(({ kind, text }) => kind === "data" && text.includes(quoted))
        .map(({ text }) => text)
    : [record.response.text];
  for (const text of texts.toReversed()) {
    const top = objectIn(parsed(text));
    const found = [top, objectIn(top?.["response"]), objectIn(top?.["message"])].find(
      (object) => object !== null && object[name] !== undefined && object[name] !== null,
    );
    if (found !== undefined && found !== null) return found;
  }
  return null;
}

function errorMetadata(record: CallRecord): JsonObject | null {
  return objectIn(objectIn(lastHolding(record, "error")?.["error"])?.["metadata"]);
}

function headerOf(headers: CallRecord["response"]["headers"], name: string): string | null {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? null;
}

function fact(name: string, value: unknown): RoutingFact {
  return { name, value: inWords(value) };
}

function inWords(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return listIn(value).map(inWords).filter(Boolean).join(", ");
  const object = objectIn(value);
  if (object === null) return asText(value);
  return Object.entries(object)
    .map(([name, inner]) => `${name} ${inWords(inner)}`)
    .join(", ");
}

const present = (facts: readonly RoutingFact[]): readonly RoutingFact[] =>
  facts.filter(({ value }) => value !== "");

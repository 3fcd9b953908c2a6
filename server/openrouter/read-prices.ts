/** Reads prices out of the catalogue's replies: decimal texts as they stand there, everything else left out. Pure. */
import * as z from "zod/mini";
import type { EndpointListing, ListedPrices, PriceKey, UnitPrices } from "./client.ts";
import { picoUsd } from "../money.ts";
import { asObject, jsonObject, plainDecimal, type JsonObject } from "../wire-json.ts";

/** The wire's names (reference/openrouter-api.md, 4.1). */
const names: Readonly<Record<PriceKey, string>> = {
  prompt: "prompt",
  completion: "completion",
  request: "request",
  image: "image",
  imageToken: "image_token",
  imageOutput: "image_output",
  audio: "audio",
  audioOutput: "audio_output",
  cacheRead: "input_cache_read",
  cacheWrite: "input_cache_write",
  cacheWriteHour: "input_cache_write_1h",
  internalReasoning: "internal_reasoning",
  webSearch: "web_search",
};
const keys = Object.keys(names) as PriceKey[];

/** Null when it is no object at all. */
export function readPrices(value: unknown): ListedPrices | null {
  const pricing = asObject(value);
  if (pricing === null) return null;
  const overrides = Array.isArray(pricing["overrides"]) ? pricing["overrides"].map(asObject) : [];
  return {
    base: readUnits(pricing),
    dynamic: keys.some((key) => isNegative(pricing[names[key]])),
    overrides: overrides
      .filter((override) => override !== null)
      .map((override) => {
        const above = override["min_prompt_tokens"];
        return {
          aboveTokens: typeof above === "number" ? above : null,
          // What is no price is a condition; those that nobody knows yet are conditions, too.
          conditional: Object.keys(override).some(
            (name) =>
              name !== "min_prompt_tokens" && !Object.values(names).concat(cachedAudio).includes(name),
          ),
          prices: readUnits(override),
        };
      }),
  };
}

const cachedAudio = "input_audio_cache";

function readUnits(pricing: JsonObject): UnitPrices {
  const units: Partial<Record<PriceKey, string>> = {};
  for (const key of keys) {
    const text = pricing[names[key]];
    const pico = typeof text === "string" && text.length <= 40 ? picoUsd(text) : null;
    if (typeof text === "string" && pico !== null && pico >= 0n && !text.startsWith("-"))
      units[key] = plainDecimal(text);
  }
  return units;
}

const isNegative = (value: unknown): boolean => typeof value === "string" && value.startsWith("-");

const Endpoint = z.object({
  context_length: z.nullish(z.int()),
  max_completion_tokens: z.nullish(z.int()),
});

/** Null for a reply that is not as documented: with one endpoint left out, the dearest might be missing. */
export function readEndpoints(text: string): readonly EndpointListing[] | null {
  const list = asObject(jsonObject(text)?.["data"])?.["endpoints"];
  if (!Array.isArray(list)) return null;
  const endpoints: EndpointListing[] = [];
  for (const item of list) {
    const read = Endpoint.safeParse(item);
    const prices = readPrices(asObject(item)?.["pricing"]);
    if (!read.success || prices === null) return null;
    const { context_length: contextLength, max_completion_tokens: maxCompletionTokens } = read.data;
    endpoints.push({
      prices,
      contextLength: contextLength ?? null,
      maxCompletionTokens: maxCompletionTokens ?? null,
    });
  }
  return endpoints;
}

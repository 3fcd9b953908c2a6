/** `POST /embeddings` and `POST /rerank`: deterministic vectors and scores, from the words that texts share. */
import * as z from "zod/mini";
import { badRequest, json, refuse, type Exchange, type Reply, type Surface, type World } from "./exchange.ts";
import { choose, settle } from "./one-shot.ts";
import { readBody, RoutingFields } from "./request-parts.ts";
import { countTokens } from "./tokens.ts";
import { vectorFor, wordCounts } from "./vectors.ts";

/** Inputs of one request; more is refused with 400. */
const mostInputs = 256;

const EmbeddingsBody = z.looseObject({
  ...RoutingFields,
  model: z.string(),
  input: z.union([
    z.string(),
    z.array(z.string()).check(z.minLength(1), z.maxLength(mostInputs)),
    z.array(z.int()).check(z.minLength(1)),
    z.array(z.array(z.int())).check(z.minLength(1), z.maxLength(mostInputs)),
    z
      .array(
        z.looseObject({
          content: z.array(z.looseObject({ type: z.string(), text: z.optional(z.string()) })),
        }),
      )
      .check(z.minLength(1), z.maxLength(mostInputs)),
  ]),
  dimensions: z.nullish(z.int().check(z.gte(1), z.lte(4_096))),
  encoding_format: z.nullish(z.enum(["float", "base64"])),
});

function embeddings(world: World, exchange: Exchange): Reply {
  const read = readBody(EmbeddingsBody, exchange.json);
  if (!read.ok) return refuse(read.error);
  const { model, input, dimensions, encoding_format: format } = read.value;
  const chosen = choose(model, "embeddings");
  if (!chosen.ok) return refuse(chosen.error);
  const texts = textsOf(input);
  const tokens = texts.reduce((sum, text) => sum + countTokens(text), 0);
  if (texts.some((text) => text === "")) return refuse(badRequest("input: an empty text can't be embedded"));
  const length = dimensions ?? (model.includes("large") ? 3_072 : 1_536);
  const cost = settle(world, exchange, chosen.value, { tokens, apiType: "embeddings" });
  return json({
    object: "list",
    id: exchange.id,
    model: chosen.value.entry.wire.id,
    provider: chosen.value.provider.name,
    data: texts.map((text, index) => ({
      object: "embedding",
      index,
      embedding: encoded(vectorFor(text, length), format ?? "float"),
    })),
    usage: { prompt_tokens: tokens, total_tokens: tokens, cost, is_byok: false },
  });
}

/** Little-endian float32 in base64, as OpenAI's clients read it; or numbers. */
function encoded(vector: Float32Array, format: "float" | "base64"): unknown {
  if (format === "float") return Array.from(vector);
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString("base64");
}

function textsOf(input: z.infer<typeof EmbeddingsBody>["input"]): string[] {
  if (typeof input === "string") return [input];
  if (input.every((one) => typeof one === "number")) return [input.join(" ")];
  return input.map((one) => {
    if (typeof one === "string") return one;
    return Array.isArray(one) ? one.join(" ") : one.content.map((part) => part.text ?? part.type).join("\n");
  });
}

const RerankBody = z.looseObject({
  ...RoutingFields,
  model: z.string(),
  query: z.string().check(z.minLength(1)),
  documents: z
    .array(z.union([z.string(), z.looseObject({ text: z.optional(z.string()) })]))
    .check(z.minLength(1), z.maxLength(1_000)),
  top_n: z.nullish(z.int().check(z.gte(1))),
});

function rerank(world: World, exchange: Exchange): Reply {
  const read = readBody(RerankBody, exchange.json);
  if (!read.ok) return refuse(read.error);
  const { model, query, documents, top_n: most } = read.value;
  const chosen = choose(model, "rerank");
  if (!chosen.ok) return refuse(chosen.error);
  const texts = documents.map((document) =>
    typeof document === "string" ? document : (document.text ?? ""),
  );
  const results = texts
    .map((text, index) => ({ index, relevance_score: relevance(query, text), document: { text } }))
    .sort((one, other) => other.relevance_score - one.relevance_score || one.index - other.index)
    .slice(0, most ?? texts.length);
  const tokens = texts.reduce((sum, text) => sum + countTokens(text), countTokens(query));
  const cost = settle(world, exchange, chosen.value, { tokens, apiType: "rerank" });
  return json({
    id: exchange.id,
    model: chosen.value.entry.wire.id,
    provider: chosen.value.provider.name,
    results,
    usage: { cost, search_units: 1, total_tokens: tokens },
  });
}

/** Between 0 and 1: how many of the query's words the text has, a longer text counting a little less. */
function relevance(query: string, text: string): number {
  const asked = wordCounts(query);
  const given = wordCounts(text);
  const shared = [...asked.keys()].filter((word) => given.has(word)).length;
  const score = asked.size === 0 ? 0 : shared / asked.size - given.size / 10_000;
  return Math.round(Math.max(0, score) * 1e6) / 1e6;
}

export const embeddingSurfaces: readonly Surface[] = [
  { method: "POST", path: "/api/v1/embeddings", access: "inference", takesJson: true, answer: embeddings },
  { method: "POST", path: "/api/v1/rerank", access: "inference", takesJson: true, answer: rerank },
];

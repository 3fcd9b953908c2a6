/** Reads from a program's request what can make it dear: models, lengths, media, tools. Pure; what it does not know for sure it calls unknown. */
import { asObject, type JsonObject } from "../wire-json.ts";

export interface Ask {
  /** Any of them may answer; the dearest counts. */
  readonly models: readonly string[];
  readonly bytes: number;
  /** Most tokens that it lets the model write, reasoning beside them; null: as many as the model can. */
  readonly maxTokens: number | null;
  readonly writes: boolean;
  /** Answers to one request. */
  readonly choices: number;
  /** Pictures, sound and films in the prompt: few bytes may be many tokens. */
  readonly media: number;
  readonly makesImages: boolean;
  /** Rounds of the model, each of which reads the whole prompt again: one more than the tools that OpenRouter may run. */
  readonly rounds: number;
  /** Something is put into the prompt that is not in the request (pages that were found). */
  readonly grows: boolean;
  /** Searches at most, each with what its results cost beyond those included, USD; and pages fetched at most. */
  readonly searches: {
    readonly count: number;
    readonly extraResults: number;
    readonly engine: string;
  } | null;
  readonly fetches: number;
}

/** A sentence: why nobody can tell beforehand what it may cost. */
export interface Unknowable {
  readonly unknown: string;
}

const surfaces = ["chat/completions", "completions", "responses", "messages", "embeddings"];
/** As many tools as OpenRouter runs within one request (reference/openrouter-api.md, 2.1: default and most). */
const mostToolCalls = 30;

export function readAsk(path: string, body: JsonObject | null, bytes: number): Ask | Unknowable {
  const surface = surfaces.find((name) => path === `/api/v1/${name}`);
  if (surface === undefined) return { unknown: `nobody tells beforehand what ${path} costs` };
  if (body === null) return { unknown: "its body can't be read" };
  const doubt = doubtIn(body);
  if (doubt !== null) return { unknown: doubt };
  const models = modelsOf(body);
  if (models.length === 0) return { unknown: "it names no model" };
  const tools = readTools(body);
  if ("unknown" in tools) return tools;
  const media = mediaIn([body["messages"], body["input"], body["system"], body["prompt"]], 0);
  if (media.files > 0 && !parsesFilesFree(body))
    return { unknown: "a file in it may have to be read by OCR" };
  return {
    models,
    bytes,
    maxTokens: maxTokensOf(body),
    writes: surface !== "embeddings",
    choices: choicesOf(body),
    media: media.count,
    makesImages: listOf(body["modalities"]).includes("image"),
    ...tools,
  };
}

function doubtIn(body: JsonObject): string | null {
  const tier = body["service_tier"] ?? null;
  if (tier !== null && tier !== "auto" && tier !== "default" && tier !== "flex")
    return "prices of its service tier are not listed";
  if (body["preset"] != null) return "a preset may choose another model";
  if (body["stop_server_tools_when"] != null) return "it sets its own end to the use of tools";
  if (body["web_search_options"] != null) return "the model may search as often as it likes";
  return null;
}

function modelsOf(body: JsonObject): readonly string[] {
  const fallbacks = listOf(body["fallbacks"]).map((one) => asObject(one)?.["model"]);
  return [body["model"], ...listOf(body["models"]), ...fallbacks].filter(
    (model): model is string => typeof model === "string" && model !== "",
  );
}

/** Some providers write at least 16. A budget for reasoning may come on top. */
function maxTokensOf(body: JsonObject): number | null {
  const names = ["max_tokens", "max_completion_tokens", "max_output_tokens"];
  const told = names.map((name) => numberIn(body[name])).filter((value) => value !== null);
  if (told.length === 0) return null;
  const reasoning =
    numberIn(asObject(body["reasoning"])?.["max_tokens"]) ??
    numberIn(asObject(body["thinking"])?.["budget_tokens"]);
  return Math.max(16, ...told) + Math.max(0, reasoning ?? 0);
}

function choicesOf(body: JsonObject): number {
  const wanted = Math.max(1, numberIn(body["n"]) ?? 1, numberIn(body["best_of"]) ?? 1);
  const prompts = listOf(body["prompt"]);
  const many = prompts.some((prompt) => typeof prompt !== "number") ? prompts.length : 1;
  return Math.ceil(wanted) * Math.max(1, many);
}

/**
 * Parts of messages, inputs and results of tools that are no text, wherever they stand. A file is told apart: it may have to
 * be turned into text first.
 */
function mediaIn(value: unknown, depth: number): { readonly count: number; readonly files: number } {
  if (typeof value !== "object" || value === null) return { count: 0, files: 0 };
  if (depth > deepest) return { count: 1, files: 1 };
  const type = asObject(value)?.["type"];
  if (type === "file" || type === "input_file" || type === "document") return { count: 1, files: 1 };
  if (typeof type === "string" && /image|audio|video/.test(type)) return { count: 1, files: 0 };
  let [count, files] = [0, 0];
  for (const part of Object.values(value)) {
    const found = mediaIn(part, depth + 1);
    count += found.count;
    files += found.files;
  }
  return { count, files };
}

/** What is nested deeper is not looked through: it may be anything. */
const deepest = 40;

function parsesFilesFree(body: JsonObject): boolean {
  const parser = listOf(body["plugins"])
    .map((one) => asObject(one))
    .find((one) => one?.["id"] === "file-parser");
  const engine = asObject(parser?.["pdf"])?.["engine"];
  return engine === "native" || engine === "cloudflare-ai" || engine === "pdf-text";
}

type Tools = Pick<Ask, "rounds" | "grows" | "searches" | "fetches">;
type Search = NonNullable<Ask["searches"]>;

/** What a plugin does that costs nothing of its own. */
const freePlugins = ["response-healing", "context-compression", "moderation", "file-parser"];

function readTools(body: JsonObject): Tools | Unknowable {
  const calls = Math.min(
    Math.max(0, Math.ceil(numberIn(body["max_tool_calls"]) ?? mostToolCalls)),
    mostToolCalls,
  );
  let rounds = 1;
  let fetches = 0;
  let searches: Search | null = null;
  const search = (settings: JsonObject, count: number): void => {
    const results = numberIn(settings["max_results"]) ?? 0;
    const extraResults = Math.max(searches?.extraResults ?? 0, results - 10);
    const engine = typeof settings["engine"] === "string" ? settings["engine"] : "auto";
    const known: string = searches === null || searches.engine === engine ? engine : "auto";
    searches = { count: (searches?.count ?? 0) + count, extraResults, engine: known };
  };
  for (const tool of listOf(body["tools"]).map((one) => asObject(one) ?? {})) {
    const type = tool["type"] ?? "custom";
    const settings = asObject(tool["parameters"]) ?? {};
    if (type === "function" || type === "custom") continue;
    rounds = calls + 1;
    if (
      typeof type === "string" &&
      /^(openrouter:web_search|web_search(_preview)?(_\d{4}_\d\d_\d\d)?)$/.test(type)
    )
      search(settings, calls);
    else if (type === "openrouter:web_fetch") fetches += calls;
    else return { unknown: "one of its tools has no list price" };
  }
  for (const plugin of listOf(body["plugins"]).map((one) => asObject(one) ?? {})) {
    if (plugin["enabled"] === false || freePlugins.includes(String(plugin["id"]))) continue;
    if (plugin["id"] !== "web") return { unknown: "one of its plugins has no list price" };
    search(plugin, 1);
  }
  if (modelsOf(body).some((model) => model.endsWith(":online"))) search({}, 1);
  return { rounds, fetches, searches, grows: searches !== null || fetches > 0 };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** JSON has numbers beyond all bounds (1e400): they are as good as this. */
const most = 1e12;

const numberIn = (value: unknown): number | null =>
  typeof value === "number" && !Number.isNaN(value) ? Math.min(Math.max(value, -most), most) : null;

/** Chat completions and the older text completions as a conversation: requests, whole replies and streams. Pure. */
import {
  asText,
  listIn,
  numberIn,
  objectIn,
  objectsIn,
  textIn,
  type JsonObject,
} from "../recorded/json-values.ts";
import {
  citations,
  contentParts,
  hidden,
  image,
  media,
  reasoning,
  toolResult,
  words,
} from "./content-parts.ts";
import { turn, type OfferedTool, type Part, type Turn } from "./conversation.ts";

export function chatRequest(body: JsonObject): readonly Turn[] {
  const messages = objectsIn(body["messages"]).map((message) => messageTurn(message));
  return messages.length === 0 ? promptTurns(body) : messages;
}

/** `prompt` is a text, several, or tokens as numbers. */
export function promptTurns(body: JsonObject): readonly Turn[] {
  const prompt = body["prompt"];
  const list =
    Array.isArray(prompt) && !prompt.every((entry) => typeof entry === "number") ? prompt : [prompt];
  return list
    .filter((entry) => entry !== undefined && entry !== null)
    .map((entry) => turn("user", words(asText(entry))));
}

export function chatReply(body: JsonObject): readonly Turn[] {
  const choices = objectsIn(body["choices"]);
  return choices.map((choice, at) =>
    choiceTurn(choice, choices.length > 1 ? (numberIn(choice["index"]) ?? at) : null),
  );
}

/** The chunks of a stream, put together by choice. */
export function chatStream(chunks: readonly JsonObject[]): readonly Turn[] {
  const choices = new Map<number, ChoiceSoFar>();
  for (const chunk of chunks) {
    for (const choice of objectsIn(chunk["choices"])) {
      const index = numberIn(choice["index"]) ?? 0;
      const soFar = choices.get(index) ?? newChoice();
      choices.set(index, soFar);
      addDelta(soFar, choice);
    }
  }
  return [...choices]
    .toSorted(([one], [other]) => one - other)
    .map(([index, soFar]) => choiceTurn(wholeChoice(soFar), choices.size > 1 ? index : null));
}

export function offeredTools(tools: unknown): readonly OfferedTool[] {
  return objectsIn(tools).map((tool) => {
    const described = objectIn(tool["function"]) ?? tool;
    const parameters = described["parameters"] ?? described["input_schema"];
    return {
      name: textIn(described["name"]) ?? textIn(tool["type"]) ?? "a tool without a name",
      description: textIn(described["description"]),
      parameters: parameters === undefined || parameters === null ? null : asText(parameters),
    };
  });
}

function messageTurn(message: JsonObject): Turn {
  const role = textIn(message["role"]) ?? "unnamed";
  const isResult = message["tool_call_id"] !== undefined;
  const parts = isResult ? [toolResult(message["tool_call_id"], message["content"])] : messageParts(message);
  return turn(role, parts, { name: textIn(message["name"]) });
}

function choiceTurn(choice: JsonObject, index: number | null): Turn {
  const message = objectIn(choice["message"]);
  const parts = message === null ? words(choice["text"]) : messageParts(message);
  const failed = objectIn(choice["error"]);
  return turn(
    textIn(message?.["role"]) ?? "assistant",
    failed === null ? parts : [...parts, failure(failed)],
    {
      choice: index,
      finish: textIn(choice["finish_reason"]),
    },
  );
}

const failure = (error: JsonObject): Part => ({ kind: "other", type: "error", json: asText(error) });

/** In the order in which a person reads it: thoughts, words, what it refused, what it wants done, what it made. */
function messageParts(message: JsonObject): readonly Part[] {
  const audio = objectIn(message["audio"]);
  return [
    ...reasoningParts(message),
    ...contentParts(message["content"]),
    ...(textIn(message["refusal"]) === null
      ? []
      : [{ kind: "refusal" as const, text: asText(message["refusal"]) }]),
    ...objectsIn(message["tool_calls"]).map(toolCall),
    ...objectsIn(message["images"]).flatMap((entry) => image(objectIn(entry["image_url"])?.["url"])),
    ...(audio === null ? [] : [...words(audio["transcript"]), media("audio", null, audio["data"])]),
    ...citations(message["annotations"]),
  ];
}

function toolCall(call: JsonObject): Part {
  const called = objectIn(call["function"]) ?? objectIn(call["custom"]) ?? call;
  return {
    kind: "tool-call",
    id: textIn(call["id"]),
    name: textIn(called["name"]) ?? textIn(call["type"]) ?? "",
    input: asText(called["arguments"] ?? called["input"]),
  };
}

/** `reasoning` repeats what stands in `reasoning_details`, so it counts only where those hold no words. */
function reasoningParts(message: JsonObject): readonly Part[] {
  const details = objectsIn(message["reasoning_details"]).flatMap(reasoningDetail);
  const hasWords = details.some((part) => part.kind === "reasoning" && part.text !== "");
  const plain = hasWords ? [] : reasoning(message["reasoning"] ?? message["reasoning_content"], null);
  return [...plain, ...details];
}

function reasoningDetail(detail: JsonObject): readonly Part[] {
  switch (detail["type"]) {
    case "reasoning.text":
      return reasoning(detail["text"], null);
    case "reasoning.summary":
      return reasoning(detail["summary"], "summary");
    case "reasoning.encrypted":
      return [hidden(detail["data"])];
    case "reasoning.server_tool_call": {
      const { tool_name: name, arguments: input, result, tool_call_id: id } = detail;
      return [
        { kind: "tool-call", id: textIn(id), name: asText(name), input: asText(input) },
        ...(result === undefined || result === null ? [] : [toolResult(id, result)]),
      ];
    }
    default:
      return [{ kind: "other", type: textIn(detail["type"]) ?? "reasoning", json: asText(detail) }];
  }
}

type Draft = Record<string, unknown>;

interface ChoiceSoFar {
  role: unknown;
  finish: unknown;
  error: unknown;
  readonly texts: Map<string, string>;
  readonly details: Map<string, Draft>;
  readonly calls: Map<string, Draft>;
  readonly lists: Map<string, unknown[]>;
  readonly audio: Draft;
}

const newChoice = (): ChoiceSoFar => ({
  role: null,
  finish: null,
  error: undefined,
  texts: new Map(),
  details: new Map(),
  calls: new Map(),
  lists: new Map(),
  audio: {},
});

function addDelta(soFar: ChoiceSoFar, choice: JsonObject): void {
  soFar.finish = choice["finish_reason"] ?? soFar.finish;
  soFar.error = choice["error"] ?? soFar.error;
  grow(soFar.texts, "text", choice["text"]);
  // A provider's slip: a whole message where a delta belongs.
  const delta = objectIn(choice["delta"]) ?? objectIn(choice["message"]);
  if (delta === null) return;
  soFar.role = delta["role"] ?? soFar.role;
  for (const name of ["content", "refusal", "reasoning", "reasoning_content"])
    grow(soFar.texts, name, delta[name]);
  for (const name of ["images", "annotations"]) {
    const found = listIn(delta[name]);
    if (found.length > 0) soFar.lists.set(name, [...(soFar.lists.get(name) ?? []), ...found]);
  }
  for (const detail of objectsIn(delta["reasoning_details"])) addDetail(soFar.details, detail);
  for (const call of objectsIn(delta["tool_calls"])) addCall(soFar.calls, call);
  const audio = objectIn(delta["audio"]);
  for (const name of ["transcript", "data"]) {
    if (typeof audio?.[name] === "string") soFar.audio[name] = asText(soFar.audio[name]) + audio[name];
  }
}

/** Fragments belong together by place and kind; texts grow, and a signature that comes late is kept. */
function addDetail(details: Map<string, Draft>, detail: JsonObject): void {
  const place = `${numberIn(detail["index"]) ?? textIn(detail["id"]) ?? 0} ${asText(detail["type"])}`;
  const known = details.get(place);
  if (known === undefined) {
    details.set(place, { ...detail });
    return;
  }
  for (const [name, value] of Object.entries(detail)) {
    const grows = name === "text" || name === "summary" || name === "data";
    known[name] = grows && typeof value === "string" ? asText(known[name]) + value : (value ?? known[name]);
  }
}

/** By `index`; `id` and name come once, the arguments in pieces. */
function addCall(calls: Map<string, Draft>, call: JsonObject): void {
  const place = String(numberIn(call["index"]) ?? textIn(call["id"]) ?? 0);
  const known = calls.get(place) ?? {};
  calls.set(place, known);
  const piece = objectIn(call["function"]);
  const whole = objectIn(known["function"]);
  known["id"] = textIn(known["id"]) ?? call["id"];
  known["function"] = {
    name: textIn(whole?.["name"]) ?? piece?.["name"],
    arguments: asText(whole?.["arguments"]) + asText(piece?.["arguments"]),
  };
}

function grow(texts: Map<string, string>, name: string, piece: unknown): void {
  if (typeof piece === "string" && piece !== "") texts.set(name, (texts.get(name) ?? "") + piece);
}

/** The same shape that a whole reply has. */
function wholeChoice(soFar: ChoiceSoFar): JsonObject {
  const text = soFar.texts.get("text");
  const message = {
    role: soFar.role,
    ...Object.fromEntries(soFar.texts),
    reasoning_details: [...soFar.details.values()],
    tool_calls: [...soFar.calls.values()],
    ...Object.fromEntries(soFar.lists),
    ...(Object.keys(soFar.audio).length > 0 ? { audio: soFar.audio } : {}),
  };
  const rest = { finish_reason: soFar.finish, error: soFar.error };
  return text === undefined ? { message, ...rest } : { text, ...rest };
}

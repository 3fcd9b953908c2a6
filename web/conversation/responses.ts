/** The responses surface as a conversation: items in, items out, and its typed stream events. Pure. */
import { asText, numberIn, objectIn, objectsIn, textIn, type JsonObject } from "../recorded/json-values.ts";
import { contentParts, hidden, imageBytes, reasoning, toolResult, words } from "./content-parts.ts";
import { turn, type Part, type Turn } from "./conversation.ts";

export function responsesRequest(body: JsonObject): readonly Turn[] {
  const instructions = textIn(body["instructions"]);
  const input = body["input"];
  return [
    ...(instructions === null ? [] : [turn("system", words(instructions))]),
    ...(typeof input === "string" ? [turn("user", words(input))] : itemTurns(input)),
  ];
}

export function responsesReply(body: JsonObject): readonly Turn[] {
  // A stream's last event holds the response one level down.
  const response = objectIn(body["response"]) ?? body;
  const turns = itemTurns(response["output"]);
  const last = turns.at(-1);
  const finish = textIn(objectIn(response["incomplete_details"])?.["reason"]) ?? textIn(response["status"]);
  return last === undefined ? turns : [...turns.slice(0, -1), { ...last, finish: last.finish ?? finish }];
}

/** The last event tells the whole answer; where it is missing, the answer is put together from the pieces. */
export function responsesStream(events: readonly JsonObject[]): readonly Turn[] {
  const last = events.findLast((event) =>
    /^response\.(completed|incomplete|failed)$/.test(asText(event["type"])),
  );
  const told = last === undefined ? [] : responsesReply(last);
  if (told.length > 0) return told;
  const items = new Map<number, Draft>();
  for (const event of events) addEvent(items, event);
  const status = textIn(objectIn(last?.["response"])?.["status"]);
  return responsesReply({ output: [...items.values()].map(wholeItem), status });
}

/** Neighbours of one role are one turn: reasoning, then a message, then calls. */
function itemTurns(items: unknown): readonly Turn[] {
  const turns: Turn[] = [];
  for (const item of objectsIn(items)) {
    const next = itemTurn(item);
    const last = turns.at(-1);
    if (last !== undefined && last.role === "assistant" && next.role === "assistant") {
      turns[turns.length - 1] = { ...last, parts: [...last.parts, ...next.parts] };
    } else turns.push(next);
  }
  return turns;
}

function itemTurn(item: JsonObject): Turn {
  const type = textIn(item["type"]) ?? "message";
  if (type === "message") return turn(textIn(item["role"]) ?? "assistant", contentParts(item["content"]));
  if (type.endsWith("_output")) return turn("tool", [toolResult(item["call_id"], item["output"])]);
  return turn("assistant", assistantItem(type, item));
}

function assistantItem(type: string, item: JsonObject): readonly Part[] {
  switch (type) {
    case "reasoning":
      return reasoningItem(item);
    case "function_call":
    case "custom_tool_call":
      return [
        {
          kind: "tool-call",
          id: textIn(item["call_id"]) ?? textIn(item["id"]),
          name: asText(item["name"]),
          input: asText(item["arguments"] ?? item["input"]),
        },
      ];
    case "image_generation_call":
      return imageBytes(item["result"]);
    default:
      return [{ kind: "other", type, json: asText(item) }];
  }
}

function reasoningItem(item: JsonObject): readonly Part[] {
  const said = objectsIn(item["content"]).flatMap((part) => reasoning(part["text"], null));
  const summed = objectsIn(item["summary"]).flatMap((part) => reasoning(part["text"], "summary"));
  const parts = [...said, ...summed];
  const encrypted = textIn(item["encrypted_content"]);
  return encrypted === null ? parts : [...parts, hidden(encrypted)];
}

type Draft = Record<string, unknown>;

/** Which list of an item a piece of text belongs to, its part's type, and the field that grows. */
const growing: Readonly<Record<string, readonly [list: string, type: string, field: string]>> = {
  "response.output_text.delta": ["content", "output_text", "text"],
  "response.refusal.delta": ["content", "refusal", "refusal"],
  "response.reasoning_text.delta": ["content", "reasoning_text", "text"],
  "response.reasoning_summary_text.delta": ["summary", "summary_text", "text"],
};

function addEvent(items: Map<number, Draft>, event: JsonObject): void {
  const type = asText(event["type"]);
  const place = numberIn(event["output_index"]) ?? 0;
  const item = objectIn(event["item"]);
  if (type === "response.output_item.added" || type === "response.output_item.done") {
    if (item !== null && (type.endsWith(".done") || !items.has(place))) items.set(place, { ...item });
    return;
  }
  if (!type.endsWith(".delta")) return;
  const draft = items.get(place) ?? {
    type: type.includes("reasoning") ? "reasoning" : "message",
    role: "assistant",
  };
  items.set(place, draft);
  const piece = asText(event["delta"]);
  const grown = Object.hasOwn(growing, type) ? growing[type] : undefined;
  if (grown !== undefined) {
    const [list, partType, field] = grown;
    const at = numberIn(event["content_index"]) ?? numberIn(event["summary_index"]) ?? 0;
    const parts = draftParts(draft, list);
    const part = parts.get(at) ?? { type: partType };
    part[field] = asText(part[field]) + piece;
    parts.set(at, part);
  } else if (/\.(function_call_arguments|custom_tool_call_input)\.delta$/.test(type)) {
    const field = type.includes("function_call") ? "arguments" : "input";
    draft[field] = asText(draft[field]) + piece;
  }
}

/** Pieces may come before their item's list exists, so they are kept beside it until the end. */
function draftParts(draft: Draft, list: string): Map<number, Draft> {
  const known = draft[`growing ${list}`];
  if (known instanceof Map) return known as Map<number, Draft>;
  const fresh = new Map<number, Draft>();
  draft[`growing ${list}`] = fresh;
  return fresh;
}

function wholeItem(draft: Draft): JsonObject {
  const lists = ["content", "summary"].flatMap((list) => {
    const grown = draft[`growing ${list}`];
    return grown instanceof Map ? [[list, [...(grown as Map<number, Draft>).values()]] as const] : [];
  });
  return { ...draft, ...Object.fromEntries(lists) };
}

/** Puts the answer's text together from a reply's JSON texts: one for a plain reply, one an event for a stream. Reasoning is left out. */
import { asObject, jsonObject, type JsonObject } from "../wire-json.ts";
import { firstChoice } from "./reply-meaning.ts";

/** Null when the reply holds no answer: an error, an embedding, a catalogue. */
export function answerOf(texts: readonly string[]): string | null {
  const parts: string[] = [];
  let whole: string | null = null;
  for (const json of texts) {
    const object = jsonObject(json);
    if (object === null) continue;
    const part = deltaOf(object);
    if (part === null) whole ??= wholeOf(asObject(object["response"]) ?? object);
    else parts.push(part);
  }
  return parts.length > 0 ? parts.join("") : whole;
}

/** What one event of a stream adds: chat and completions, responses, messages. */
function deltaOf(event: JsonObject): string | null {
  const choice = firstChoice(event);
  const chat = asObject(choice?.["delta"])?.["content"];
  if (typeof chat === "string") return chat;
  if (event["type"] === "response.output_text.delta") return text(event["delta"]);
  if (event["type"] === "content_block_delta") return text(asObject(event["delta"])?.["text"]);
  // Completions have the same shape streamed and plain.
  return text(choice?.["text"]);
}

function wholeOf(reply: JsonObject): string | null {
  const message = asObject(firstChoice(reply)?.["message"]);
  if (message !== null) return contentText(message["content"]);
  if (Array.isArray(reply["output"])) {
    const items = reply["output"]
      .map((item) => asObject(item))
      .filter((item) => item?.["type"] === "message");
    return items.length === 0 ? null : items.map((item) => contentText(item?.["content"]) ?? "").join("");
  }
  return reply["type"] === "message" ? contentText(reply["content"]) : null;
}

/** A text, or a list of parts of which the text ones count. */
function contentText(content: unknown): string | null {
  if (!Array.isArray(content)) return text(content);
  const parts = content.map((part) => text(asObject(part)?.["text"])).filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join("");
}

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

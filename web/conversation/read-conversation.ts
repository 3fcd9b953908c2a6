/** Reads a recorded request or reply as a conversation, whatever the surface and whether it was streamed. Pure. */
import type { CallRecord, StreamEvent } from "../../contract/calls.ts";
import { asText, objectIn, objectsIn, parsed, textIn, type JsonObject } from "../recorded/json-values.ts";
import { chatReply, chatRequest, chatStream, offeredTools, promptTurns } from "./chat.ts";
import { imageBytes } from "./content-parts.ts";
import { surfaceOf, turn, type Conversation, type Surface, type Turn } from "./conversation.ts";
import { messagesReply, messagesRequest, messagesStream } from "./messages.ts";
import { responsesReply, responsesRequest, responsesStream } from "./responses.ts";

interface Reading {
  readonly request: (body: JsonObject) => readonly Turn[];
  readonly reply: (body: JsonObject) => readonly Turn[];
  readonly stream: (events: readonly JsonObject[]) => readonly Turn[];
}

const readings: Readonly<Record<Surface, Reading>> = {
  chat: { request: chatRequest, reply: chatReply, stream: chatStream },
  completions: { request: promptTurns, reply: chatReply, stream: chatStream },
  responses: { request: responsesRequest, reply: responsesReply, stream: responsesStream },
  messages: { request: messagesRequest, reply: messagesReply, stream: messagesStream },
  images: {
    request: promptTurns,
    reply: imagesReply,
    stream: (events) => events.flatMap(imagesReply).slice(-1),
  },
};

/** What the request said; null when it is no conversation, or its recording can't be read as one. */
export function requestConversation(record: CallRecord): Conversation | null {
  const surface = surfaceOf(record.call.path);
  const body = objectIn(parsed(record.request.text));
  if (surface === null || body === null) return null;
  const turns = readings[surface].request(body);
  const tools = offeredTools(body["tools"]);
  return turns.length === 0 && tools.length === 0 ? null : { turns, tools, error: null };
}

/** The JSON value of an event's data; undefined for what holds none. */
export function eventValue({ kind, text }: StreamEvent): unknown {
  return kind === "data" ? parsed(text) : undefined;
}

/** What was answered; null as above, and for a reply that is an error and nothing else. `values` are those of its events. */
export function replyConversation(
  record: CallRecord,
  values: readonly unknown[] = record.events.map(eventValue),
): Conversation | null {
  const surface = surfaceOf(record.call.path);
  if (surface === null) return null;
  if (values.length > 0) {
    const events = values.map(objectIn).filter((event) => event !== null);
    const failed = events.find((event) => errorIn(event) !== null);
    return conversation(readings[surface].stream(events), failed === undefined ? null : errorIn(failed));
  }
  const body = objectIn(parsed(record.response.text));
  return body === null ? null : conversation(readings[surface].reply(body), errorIn(body));
}

function conversation(turns: readonly Turn[], error: string | null): Conversation | null {
  return turns.length === 0 ? null : { turns, tools: [], error };
}

/** `{error: {message}}` of every surface, and the flat `{type: "error", message}` of the responses stream. */
function errorIn(body: JsonObject): string | null {
  const error = objectIn(body["error"]) ?? objectIn(objectIn(body["response"])?.["error"]);
  if (error !== null) return textIn(error["message"]) ?? asText(error);
  return body["type"] === "error" ? textIn(body["message"]) : null;
}

function imagesReply(body: JsonObject): readonly Turn[] {
  const made = body["b64_json"] === undefined ? objectsIn(body["data"]) : [body];
  const parts = made.flatMap((entry) =>
    textIn(entry["url"]) === null
      ? imageBytes(entry["b64_json"], entry["media_type"])
      : [{ kind: "image" as const, url: asText(entry["url"]) }],
  );
  return parts.length === 0 ? [] : [turn("assistant", parts)];
}

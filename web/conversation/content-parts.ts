/** Reads the content of a message, a text or a list of typed parts, as any of the surfaces writes it. Pure. */
import { asText, listIn, objectIn, objectsIn, textIn, type JsonObject } from "../recorded/json-values.ts";
import type { Part } from "./conversation.ts";

/** Results of tools may hold parts themselves; what is nested deeper than anybody means to is shown as JSON. */
const deepest = 8;

/** Empty texts are no parts; what has an unknown type is kept as JSON. */
export function contentParts(content: unknown, depth = 0): readonly Part[] {
  if (typeof content === "string") return words(content);
  return listIn(content).flatMap((entry) => {
    if (typeof entry === "string") return words(entry);
    const part = objectIn(entry);
    return part === null ? [] : typedPart(part, depth);
  });
}

export function words(text: unknown): readonly Part[] {
  return typeof text === "string" && text !== "" ? [{ kind: "text", text }] : [];
}

type Read = (part: JsonObject, depth: number) => readonly Part[];

/** By `type`, over all surfaces: the names do not collide. */
const readers: Readonly<Record<string, Read>> = {
  text: textPart,
  input_text: textPart,
  output_text: textPart,
  refusal: (part) => [{ kind: "refusal", text: asText(part["refusal"]) }],
  image_url: (part) => image(objectIn(part["image_url"])?.["url"] ?? part["image_url"]),
  input_image: (part) => image(part["image_url"]),
  image: (part) => image(sourceAddress(objectIn(part["source"])) ?? part["image_url"]),
  image_generation_call: (part) => imageBytes(part["result"]),
  input_audio: (part) => {
    const audio = objectIn(part["input_audio"]);
    return [media("audio", textIn(audio?.["format"]), audio?.["data"])];
  },
  video_url: (part) => [media("video", null, objectIn(part["video_url"])?.["url"])],
  input_video: (part) => [media("video", null, objectIn(part["video_url"])?.["url"] ?? part["video_url"])],
  file: (part) => {
    const file = objectIn(part["file"]) ?? {};
    return [media("file", textIn(file["filename"] ?? file["name"] ?? file["file_id"]), file["file_data"])];
  },
  input_file: (part) => [
    media("file", textIn(part["filename"] ?? part["file_id"]), part["file_data"] ?? part["file_url"]),
  ],
  document: (part) => {
    const source = objectIn(part["source"]);
    return [media("file", textIn(part["title"]), source?.["url"] ?? source?.["data"])];
  },
  thinking: (part) => reasoning(part["thinking"], null),
  redacted_thinking: (part) => [hidden(part["data"])],
  tool_use: toolUse,
  server_tool_use: toolUse,
  tool_result: (part, depth) => [toolResult(part["tool_use_id"], part["content"], depth + 1)],
  web_search_tool_result: (part, depth) => [toolResult(part["tool_use_id"], part["content"], depth + 1)],
  web_search_result: (part) => citation(part),
};

function typedPart(part: JsonObject, depth: number): readonly Part[] {
  const type = textIn(part["type"]) ?? "";
  const read = depth <= deepest && Object.hasOwn(readers, type) ? readers[type] : undefined;
  return read === undefined ? [{ kind: "other", type, json: asText(part) }] : read(part, depth);
}

function textPart(part: JsonObject): readonly Part[] {
  return [...words(part["text"]), ...citations(part["annotations"] ?? part["citations"])];
}

function toolUse(part: JsonObject): readonly Part[] {
  return [
    { kind: "tool-call", id: textIn(part["id"]), name: asText(part["name"]), input: asText(part["input"]) },
  ];
}

export const toolResult = (id: unknown, content: unknown, depth = 1): Part => ({
  kind: "tool-result",
  id: textIn(id),
  parts:
    typeof content === "string" || Array.isArray(content)
      ? contentParts(content, depth)
      : words(asText(content)),
});

export function reasoning(text: unknown, about: string | null): readonly Part[] {
  return typeof text === "string" && text !== "" ? [{ kind: "reasoning", text, about }] : [];
}

/** Reasoning that only its provider can read. */
export function hidden(data: unknown): Part {
  const size = typeof data === "string" ? ` (${data.length} characters)` : "";
  return { kind: "reasoning", text: "", about: `encrypted${size}: only the provider can read it` };
}

export function image(url: unknown): readonly Part[] {
  return typeof url === "string" && url !== "" ? [{ kind: "image", url }] : [];
}

/** Base64 without its type, as image endpoints answer; what it really is, its first characters tell. */
export function imageBytes(base64: unknown, type: unknown = null): readonly Part[] {
  if (typeof base64 !== "string" || base64 === "") return [];
  return image(`data:${textIn(type) ?? typeByStart(base64)};base64,${base64}`);
}

function typeByStart(base64: string): string {
  if (base64.startsWith("/9j/")) return "image/jpeg";
  if (base64.startsWith("UklGR")) return "image/webp";
  return base64.startsWith("R0lGOD") ? "image/gif" : "image/png";
}

function sourceAddress(source: JsonObject | null): string | null {
  if (source === null) return null;
  const data = textIn(source["data"]);
  return data === null
    ? textIn(source["url"])
    : `data:${textIn(source["media_type"]) ?? "image/png"};base64,${data}`;
}

/** `held` is a data: address, bare base64 or an address elsewhere. */
export function media(what: "audio" | "video" | "file", name: string | null, held: unknown): Part {
  const text = typeof held === "string" ? held : "";
  const isElsewhere = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const base64 = text.startsWith("data:") ? text.slice(text.indexOf(",") + 1) : text;
  return {
    kind: "media",
    what,
    name,
    bytes: text === "" || isElsewhere ? null : Math.floor((base64.replace(/=+$/, "").length * 3) / 4),
    url: isElsewhere ? text : null,
  };
}

/** `annotations` of chat and responses, `citations` of messages; the pages that an answer rests on. */
export function citations(annotations: unknown): readonly Part[] {
  return objectsIn(annotations).flatMap((entry) => {
    if (entry["type"] === "file") {
      const file = objectIn(entry["file"]);
      return [media("file", textIn(file?.["name"]), null)];
    }
    return citation(objectIn(entry["url_citation"]) ?? entry);
  });
}

function citation(told: JsonObject): readonly Part[] {
  const url = textIn(told["url"]);
  return url === null ? [] : [{ kind: "citation", url, title: textIn(told["title"]) }];
}

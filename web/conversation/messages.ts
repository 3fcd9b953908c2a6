/** The messages surface (Anthropic's) as a conversation: blocks in, blocks out, and its stream of block deltas. Pure. */
import { asText, numberIn, objectIn, objectsIn, textIn, type JsonObject } from "../recorded/json-values.ts";
import { contentParts } from "./content-parts.ts";
import { turn, type Turn } from "./conversation.ts";

export function messagesRequest(body: JsonObject): readonly Turn[] {
  const system = contentParts(body["system"]);
  return [
    ...(system.length === 0 ? [] : [turn("system", system)]),
    ...objectsIn(body["messages"]).map((message) =>
      turn(textIn(message["role"]) ?? "unnamed", contentParts(message["content"])),
    ),
  ];
}

export function messagesReply(body: JsonObject): readonly Turn[] {
  if (body["content"] === undefined) return [];
  const parts = contentParts(body["content"]);
  return [turn(textIn(body["role"]) ?? "assistant", parts, { finish: textIn(body["stop_reason"]) })];
}

type Draft = Record<string, unknown>;

export function messagesStream(events: readonly JsonObject[]): readonly Turn[] {
  const blocks = new Map<number, Draft>();
  let message: JsonObject | null = null;
  let stop: unknown = null;
  for (const event of events) {
    const place = numberIn(event["index"]) ?? 0;
    switch (event["type"]) {
      case "message_start":
        message = objectIn(event["message"]);
        break;
      case "content_block_start":
        blocks.set(place, { ...objectIn(event["content_block"]) });
        break;
      case "content_block_delta":
        addDelta(blocks, place, objectIn(event["delta"]) ?? {});
        break;
      case "message_delta":
        stop = objectIn(event["delta"])?.["stop_reason"] ?? stop;
        break;
    }
  }
  if (message === null && blocks.size === 0) return [];
  const content = [...blocks].toSorted(([one], [other]) => one - other).map(([, block]) => wholeBlock(block));
  return messagesReply({ role: message?.["role"], content, stop_reason: stop ?? message?.["stop_reason"] });
}

/** The field of a block that each kind of delta adds to. */
const grows: Readonly<Record<string, readonly [type: string, from: string, to: string]>> = {
  text_delta: ["text", "text", "text"],
  thinking_delta: ["thinking", "thinking", "thinking"],
  input_json_delta: ["tool_use", "partial_json", "partial_json"],
};

function addDelta(blocks: Map<number, Draft>, place: number, delta: JsonObject): void {
  const type = asText(delta["type"]);
  if (type === "citations_delta") {
    const block = blocks.get(place);
    if (block === undefined) return;
    const known = block["citations"];
    block["citations"] = [...(Array.isArray(known) ? (known as unknown[]) : []), delta["citation"]];
    return;
  }
  const grown = Object.hasOwn(grows, type) ? grows[type] : undefined;
  if (grown === undefined) return;
  const [blockType, from, to] = grown;
  const block = blocks.get(place) ?? { type: blockType };
  block[to] = asText(block[to]) + asText(delta[from]);
  blocks.set(place, block);
}

/** A tool's input comes as pieces of JSON text and takes the place of the empty object that announced it. */
function wholeBlock(block: Draft): Draft {
  const json = textIn(block["partial_json"]);
  return json === null ? block : { ...block, input: json };
}

/** `POST /messages`: the same answers in the shape of Anthropic's Messages API. */
import { breakStream } from "./breaks.ts";
import { drawHex } from "./chance.ts";
import type { Completion } from "./completion.ts";
import { toolCallTokens, type ToolCall } from "./composer.ts";
import { refuse, type Surface } from "./exchange.ts";
import { infer, type Shape } from "./inference.ts";
import { readMessages } from "./messages-request.ts";
import { eventFrame, type Frame } from "./stream.ts";
import { countTokens, tokenPieces } from "./tokens.ts";
import { messagesUsage, nothingSpent } from "./usage.ts";

type Json = Readonly<Record<string, unknown>>;

/** A content block: whole, as it opens, and the deltas that fill it. */
interface Block {
  readonly whole: Json;
  readonly opened: Json;
  readonly deltas: readonly (readonly [delta: Json, tokens: number])[];
}

function blocksOf(completion: Completion): Block[] {
  const { said } = completion;
  const blocks: Block[] = [];
  if (said.reasoning.length > 0) {
    const thinking = said.reasoning.join("");
    const signature = Buffer.from(drawHex(thinking)).toString("base64");
    blocks.push({
      whole: { type: "thinking", thinking, signature },
      opened: { type: "thinking", thinking: "", signature: "" },
      deltas: [
        ...said.reasoning.map((piece) => [{ type: "thinking_delta", thinking: piece }, 1] as const),
        [{ type: "signature_delta", signature }, 0],
      ],
    });
  }
  const pieces = said.refusal === null ? said.content : tokenPieces(said.refusal);
  if (pieces.length > 0) {
    blocks.push({
      whole: { type: "text", text: pieces.join("") },
      opened: { type: "text", text: "" },
      deltas: pieces.map((text) => [{ type: "text_delta", text }, 1] as const),
    });
  }
  return [...blocks, ...said.toolCalls.map(toolBlock)];
}

function toolBlock(call: ToolCall): Block {
  const opened = { type: "tool_use", id: call.id.replace("call_", "toolu_"), name: call.name, input: {} };
  const pieces = tokenPieces(call.arguments);
  const frame = toolCallTokens(call) - countTokens(call.arguments);
  return {
    whole: { ...opened, input: parsedOrEmpty(call.arguments) },
    opened,
    deltas: pieces.map((piece, index) => [
      { type: "input_json_delta", partial_json: piece },
      1 + (index === 0 ? frame : 0),
    ]),
  };
}

/** Arguments as the object that this shape wants; the ones that are invalid on purpose can't be said here. */
function parsedOrEmpty(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return {};
  }
}

function stopReason(completion: Completion): string {
  const reasons: Partial<Record<Completion["said"]["finish"], string>> = {
    length: "max_tokens",
    tool_calls: "tool_use",
    content_filter: "refusal",
  };
  return reasons[completion.said.finish] ?? "end_turn";
}

const message = (completion: Completion, content: readonly Json[], over: boolean): Json => ({
  id: completion.id,
  type: "message",
  role: "assistant",
  model: completion.route.entry.wire.id,
  content,
  stop_reason: over ? stopReason(completion) : null,
  stop_sequence: null,
  stop_details: null,
  container: null,
  provider: completion.route.provider.name,
  usage: messagesUsage(over ? completion.spent : { ...nothingSpent, prompt: completion.spent.prompt }),
});

function frames(completion: Completion): Frame[] {
  const list: Frame[] = [];
  const add = (type: string, fields: Json, tokens = 0): void => {
    list.push(eventFrame(type, { type, ...fields }, tokens));
  };
  add("message_start", { message: message(completion, [], false) });
  add("ping", {});
  for (const [index, block] of blocksOf(completion).entries()) {
    add("content_block_start", { index, content_block: block.opened });
    for (const [delta, tokens] of block.deltas) add("content_block_delta", { index, delta }, tokens);
    add("content_block_stop", { index });
  }
  add("message_delta", {
    delta: { stop_reason: stopReason(completion), stop_sequence: null, stop_details: null },
    usage: messagesUsage(completion.spent),
  });
  const metadata = completion.routerMetadata;
  add("message_stop", metadata === undefined ? {} : { openrouter_metadata: metadata });
  return list;
}

const shape: Shape = {
  plain: (completion) => ({
    ...message(
      completion,
      blocksOf(completion).map((block) => block.whole),
      true,
    ),
    ...(completion.routerMetadata === undefined ? {} : { openrouter_metadata: completion.routerMetadata }),
  }),
  frames,
  broken: (completion, how) =>
    breakStream(
      frames(completion),
      how,
      eventFrame(
        "error",
        {
          type: "error",
          error: { type: "api_error", message: "Provider disconnected", error_type: "provider_unavailable" },
          request_id: completion.id,
        },
        0,
      ),
    ),
};

export const messagesSurfaces: readonly Surface[] = [
  {
    method: "POST",
    path: "/api/v1/messages",
    access: "inference",
    skin: "messages",
    takesJson: true,
    answer: (world, exchange) => {
      const read = readMessages(exchange.json);
      return read.ok ? infer(world, exchange, read.value, shape) : refuse(read.error);
    },
  },
];

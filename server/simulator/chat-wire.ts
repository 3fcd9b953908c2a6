/** A completion as `/chat/completions` words it: one JSON body, or the events of a stream. */
import type { Completion } from "./completion.ts";
import { toolCallTokens, type Composition, type ToolCall } from "./composer.ts";
import { drawHex } from "./chance.ts";
import { chatError } from "./errors.ts";
import type { UsageVariant } from "./scenarios.ts";
import { dataFrame, doneFrame, type Frame } from "./stream.ts";
import { countTokens, tokenPieces } from "./tokens.ts";
import { chatUsage } from "./usage.ts";

/** A provider's error after part of an answer. */
export const providerFailed = {
  status: 502,
  message: "Provider disconnected",
  errorType: "provider_unavailable",
} as const;

export function chatBody(completion: Completion): Record<string, unknown> {
  const { said, route, ask } = completion;
  const content = said.toolCalls.length > 0 || said.refusal !== null ? null : said.content.join("");
  return {
    id: completion.id,
    object: "chat.completion",
    created: completion.created,
    model: route.entry.wire.id,
    provider: route.provider.name,
    system_fingerprint: null,
    service_tier: "default",
    choices: [
      {
        index: 0,
        logprobs:
          ask.topLogprobs === null
            ? null
            : { content: said.content.map((piece) => logprob(piece, ask.topLogprobs ?? 0)), refusal: null },
        finish_reason: said.finish,
        native_finish_reason: completion.nativeFinish,
        ...(said.finish === "error" ? { error: chatError(providerFailed) } : {}),
        message: {
          role: "assistant",
          content,
          refusal: said.refusal,
          reasoning: shownReasoning(completion),
          ...(shownReasoning(completion) === null ? {} : { reasoning_details: reasoningDetails(said) }),
          ...(said.toolCalls.length > 0 ? { tool_calls: said.toolCalls.map(toolCallWire) } : {}),
          ...(said.citations.length > 0 ? { annotations: said.citations.map(citationWire) } : {}),
          ...(said.images.length > 0 ? { images: said.images.map(imageWire) } : {}),
        },
      },
    ],
    usage: chatUsage(completion.spent),
    ...(completion.routerMetadata === undefined ? {} : { openrouter_metadata: completion.routerMetadata }),
  };
}

/** The events of the same answer. Each says how many completion tokens it carries. */
export function chatFrames(completion: Completion, variant: UsageVariant): Frame[] {
  const { said, ask } = completion;
  const shown = !ask.reasoning.hidden;
  const delta = (fields: Record<string, unknown>, more: Record<string, unknown> = {}): unknown =>
    chunk(completion, [
      {
        index: 0,
        delta: { content: "", role: "assistant", ...fields },
        finish_reason: null,
        native_finish_reason: null,
        ...more,
      },
    ]);
  const frames: Frame[] = [];
  for (const piece of said.reasoning)
    frames.push(dataFrame(delta(shown ? reasoningDelta(piece, said.reasoningForm) : {}), 1));
  if (said.reasoning.length > 0 && shown && said.finish !== "length") {
    const late = lateDetail(said);
    if (late) frames.push(dataFrame(delta({ reasoning: null, reasoning_details: [late] }), 0));
  }
  for (const [index, piece] of said.content.entries()) {
    const citations =
      index === 0 && said.citations.length > 0 ? { annotations: said.citations.map(citationWire) } : {};
    const logprobs =
      ask.topLogprobs === null
        ? {}
        : { logprobs: { content: [logprob(piece, ask.topLogprobs)], refusal: null } };
    frames.push(dataFrame(delta({ content: piece, ...citations }, logprobs), 1));
  }
  if (said.images.length > 0) frames.push(dataFrame(delta({ images: said.images.map(imageWire) }), 0));
  if (said.refusal !== null)
    frames.push(dataFrame(delta({ refusal: said.refusal }), countTokens(said.refusal)));
  for (const [index, call] of said.toolCalls.entries()) frames.push(...toolCallFrames(call, index, delta));
  frames.push(dataFrame(finishChunk(completion, {}), 0));
  frames.push(dataFrame(usageChunk(completion, variant), 0), doneFrame);
  return frames;
}

/** The first chunk of `debug.echo_upstream_body`. */
export const debugFrame = (completion: Completion, body: unknown): Frame =>
  dataFrame({ ...chunk(completion, []), debug: { echo_upstream_body: body } }, 0);

/** A chunk with the keys in the order that the real API has. */
export const chunk = (
  completion: Completion,
  choices: readonly unknown[],
  more: Record<string, unknown> = {},
): Record<string, unknown> => ({
  id: completion.id,
  object: "chat.completion.chunk",
  created: completion.created,
  model: completion.route.entry.wire.id,
  provider: completion.route.provider.name,
  ...more,
  choices,
});

const finishChoice = (completion: Completion): Record<string, unknown> => ({
  index: 0,
  delta: { content: "", role: "assistant" },
  finish_reason: completion.said.finish,
  native_finish_reason: completion.nativeFinish,
  ...(completion.said.finish === "error" ? { error: chatError(providerFailed) } : {}),
});

export const finishChunk = (completion: Completion, over: Record<string, unknown>): Record<string, unknown> =>
  chunk(completion, [{ ...finishChoice(completion), ...over }]);

/** The last chunk, in one of the three forms that the real API has had. */
function usageChunk(completion: Completion, variant: UsageVariant): Record<string, unknown> {
  const choices =
    variant === "empty-choices"
      ? []
      : [
          variant === "null-finish"
            ? { ...finishChoice(completion), finish_reason: null, native_finish_reason: null }
            : finishChoice(completion),
        ];
  return {
    ...chunk(completion, choices, { service_tier: "default" }),
    usage: chatUsage(completion.spent),
    ...(completion.routerMetadata === undefined ? {} : { openrouter_metadata: completion.routerMetadata }),
  };
}

function toolCallFrames(
  call: ToolCall,
  index: number,
  delta: (fields: Record<string, unknown>) => unknown,
): Frame[] {
  const pieces = tokenPieces(call.arguments);
  const opening = { index, id: call.id, type: "function", function: { name: call.name, arguments: "" } };
  return [
    dataFrame(delta({ tool_calls: [opening] }), toolCallTokens(call) - pieces.length),
    ...pieces.map((piece) =>
      dataFrame(delta({ tool_calls: [{ index, type: "function", function: { arguments: piece } }] }), 1),
    ),
  ];
}

const toolCallWire = (call: ToolCall, index: number): unknown => ({
  index,
  id: call.id,
  type: "function",
  function: { name: call.name, arguments: call.arguments },
});

const citationWire = (citation: Composition["citations"][number]): unknown => ({
  type: "url_citation",
  url_citation: {
    url: citation.url,
    title: citation.title,
    content: "(simulated) what the source says",
    start_index: citation.start,
    end_index: citation.end,
  },
});

const imageWire = (url: string): unknown => ({ type: "image_url", image_url: { url } });

const shownReasoning = (completion: Completion): string | null =>
  completion.ask.reasoning.hidden || completion.said.reasoning.length === 0
    ? null
    : completion.said.reasoning.join("");

function reasoningDelta(piece: string, form: Composition["reasoningForm"]): Record<string, unknown> {
  const detail =
    form === "summary"
      ? { type: "reasoning.summary", summary: piece, format: "openai-responses-v1", index: 0 }
      : {
          type: "reasoning.text",
          text: piece,
          format: form === "encrypted" ? "anthropic-claude-v1" : "unknown",
          index: 0,
        };
  return { reasoning: piece, reasoning_details: [detail] };
}

function reasoningDetails(said: Composition): unknown[] {
  const whole = said.reasoning.join("");
  if (said.reasoningForm === "summary")
    return [{ type: "reasoning.summary", summary: whole, id: null, format: "openai-responses-v1", index: 0 }];
  if (said.reasoningForm === "text")
    return [{ type: "reasoning.text", text: whole, id: null, format: "unknown", index: 0 }];
  return [
    {
      type: "reasoning.text",
      text: whole,
      signature: signatureOf(whole),
      id: null,
      format: "anthropic-claude-v1",
      index: 0,
    },
    {
      type: "reasoning.encrypted",
      data: signatureOf(`${whole} encrypted`),
      id: null,
      format: "anthropic-claude-v1",
      index: 1,
    },
  ];
}

/** What arrives after the reasoning's text: the signature, in a fragment of its own. */
function lateDetail(said: Composition): unknown {
  if (said.reasoningForm !== "encrypted") return null;
  return {
    type: "reasoning.text",
    signature: signatureOf(said.reasoning.join("")),
    format: "anthropic-claude-v1",
    index: 0,
  };
}

const signatureOf = (text: string): string => Buffer.from(drawHex(text)).toString("base64");

/** A log probability that depends on the token alone. */
function logprob(token: string, alternatives: number): unknown {
  const bytes = [...Buffer.from(token)];
  const value = -(bytes.reduce((sum, byte) => sum + byte, 0) % 100) / 100;
  const others = Array.from({ length: alternatives }, (_, rank) => ({
    token: rank === 0 ? token : ` alternative${rank}`,
    logprob: value - rank,
    bytes: rank === 0 ? bytes : [...Buffer.from(` alternative${rank}`)],
  }));
  return { token, logprob: value, bytes, top_logprobs: others };
}

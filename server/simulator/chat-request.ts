/** Reads the body of a chat completion. */
import * as z from "zod/mini";
import { done, type Result } from "../../contract/failures.ts";
import { refused } from "../../contract/failures.ts";
import type { Ask, Tool, Turn } from "./ask.ts";
import { badRequest } from "./exchange.ts";
import type { ApiError } from "./errors.ts";
import { Content, hasPlugin, readBody, readContent, RoutingFields, routingOf } from "./request-parts.ts";

const count = z.nullish(z.int().check(z.gte(1)));

const Message = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: Content,
  name: z.nullish(z.string()),
  tool_call_id: z.nullish(z.string()),
  tool_calls: z.nullish(
    z.array(
      z.looseObject({
        id: z.string(),
        function: z.looseObject({ name: z.string(), arguments: z.nullish(z.string()) }),
      }),
    ),
  ),
});

const ToolField = z.looseObject({
  type: z.string(),
  function: z.nullish(
    z.looseObject({
      name: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)),
      description: z.nullish(z.string()),
      parameters: z.optional(z.unknown()),
    }),
  ),
});

export const ChatBody = z.looseObject({
  ...RoutingFields,
  messages: z.array(Message).check(z.minLength(1)),
  max_tokens: count,
  max_completion_tokens: count,
  stop: z.nullish(z.union([z.string(), z.array(z.string()).check(z.maxLength(4))])),
  response_format: z.nullish(
    z.looseObject({
      type: z.enum(["text", "json_object", "json_schema", "grammar", "python"]),
      json_schema: z.nullish(z.looseObject({ name: z.nullish(z.string()), schema: z.optional(z.unknown()) })),
    }),
  ),
  tools: z.nullish(z.array(ToolField)),
  tool_choice: z.nullish(
    z.union([
      z.enum(["none", "auto", "required"]),
      z.looseObject({ type: z.string(), function: z.nullish(z.looseObject({ name: z.string() })) }),
    ]),
  ),
  reasoning: z.nullish(
    z.looseObject({
      effort: z.nullish(z.enum(["max", "xhigh", "high", "medium", "low", "minimal", "none"])),
      max_tokens: count,
      exclude: z.nullish(z.boolean()),
      enabled: z.nullish(z.boolean()),
    }),
  ),
  reasoning_effort: z.nullish(z.string()),
  include_reasoning: z.nullish(z.boolean()),
  logprobs: z.nullish(z.boolean()),
  top_logprobs: z.nullish(z.int().check(z.gte(0), z.lte(20))),
  modalities: z.nullish(z.array(z.string())),
  debug: z.nullish(z.looseObject({ echo_upstream_body: z.nullish(z.boolean()) })),
});
export type ChatBody = z.infer<typeof ChatBody>;

/** The ask, and the body that it was read from. */
export function readChat(json: unknown): Result<{ ask: Ask; body: ChatBody }, ApiError> {
  const read = readBody(ChatBody, json);
  if (!read.ok) return read;
  const body = read.value;
  const orphan = body.messages.find((message) => message.role === "tool" && !message.tool_call_id);
  if (orphan) return refused(badRequest("messages: a message of role tool needs tool_call_id"));
  return done({ body, ask: toAsk(body) });
}

function toAsk(body: ChatBody): Ask {
  const tools = body.tools ?? [];
  const effort = body.reasoning?.effort ?? body.reasoning_effort ?? null;
  return {
    model: body.model ?? null,
    models: body.models ?? [],
    turns: body.messages.map(toTurn),
    tools: tools.flatMap((tool) => (tool.function ? [toTool(tool.function)] : [])),
    toolChoice: toToolChoice(body.tool_choice),
    format: toFormat(body.response_format),
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? null,
    stop: typeof body.stop === "string" ? [body.stop] : (body.stop ?? []).filter((text) => text !== ""),
    reasoning: {
      wanted: wantsReasoning(effort, body.reasoning?.enabled ?? null, body.reasoning?.max_tokens ?? null),
      hidden: body.reasoning?.exclude === true || body.include_reasoning === false,
    },
    topLogprobs: body.logprobs ? (body.top_logprobs ?? 0) : null,
    heals: hasPlugin(body, "response-healing"),
    searches:
      hasPlugin(body, "web") ||
      (body.model ?? "").endsWith(":online") ||
      tools.some((tool) => /^(openrouter:)?web_search/.test(tool.type)),
    modalities: (body.modalities ?? []).filter((modality) => modality !== "text"),
    routing: routingOf(body),
    stream: body.stream === true,
    sessionId: body.session_id ?? null,
  };
}

/** What effort, switch and budget say together; null when nothing is said. */
export function wantsReasoning(
  effort: string | null,
  enabled: boolean | null,
  budget: number | null,
): boolean | null {
  if (effort === "none" || enabled === false) return false;
  return effort !== null || enabled === true || budget !== null ? true : null;
}

function toTurn(message: ChatBody["messages"][number]): Turn {
  const { text, media } = readContent(message.content);
  const calls = (message.tool_calls ?? []).map(
    (call) => `${call.function.name}(${call.function.arguments ?? ""})`,
  );
  return {
    role: message.role === "developer" ? "system" : message.role,
    text: [text, ...calls].filter((line) => line !== "").join("\n"),
    media,
  };
}

const toTool = (tool: {
  name: string;
  description?: string | null | undefined;
  parameters?: unknown;
}): Tool => ({
  name: tool.name,
  description: tool.description ?? "",
  schema: tool.parameters ?? { type: "object", properties: {} },
});

function toToolChoice(choice: ChatBody["tool_choice"]): Ask["toolChoice"] {
  if (choice === undefined || choice === null) return "auto";
  if (typeof choice === "string") return choice;
  return choice.function ? { name: choice.function.name } : "auto";
}

function toFormat(format: ChatBody["response_format"]): Ask["format"] {
  if (format?.type === "json_object") return { kind: "json" };
  if (format?.type === "json_schema") return { kind: "schema", schema: format.json_schema?.schema ?? {} };
  return { kind: "text" };
}

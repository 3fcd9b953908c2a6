/** Reads the body of `POST /messages`. */
import * as z from "zod/mini";
import { done, type Result } from "../../contract/failures.ts";
import { plainAsk, type Ask, type Turn } from "./ask.ts";
import type { ApiError } from "./errors.ts";
import { hasPlugin, readBody, RoutingFields, routingOf } from "./request-parts.ts";

const Block = z.looseObject({
  type: z.string(),
  text: z.nullish(z.string()),
  name: z.nullish(z.string()),
  input: z.optional(z.unknown()),
  content: z.optional(z.unknown()),
});
const Text = z.union([z.string(), z.array(Block)]);

const Body = z.looseObject({
  ...RoutingFields,
  max_tokens: z.int().check(z.gte(1)),
  messages: z
    .array(z.looseObject({ role: z.enum(["user", "assistant", "system"]), content: Text }))
    .check(z.minLength(1)),
  system: z.nullish(Text),
  stop_sequences: z.nullish(z.array(z.string())),
  tools: z.nullish(
    z.array(
      z.looseObject({
        type: z.nullish(z.string()),
        name: z.string(),
        description: z.nullish(z.string()),
        input_schema: z.optional(z.unknown()),
      }),
    ),
  ),
  tool_choice: z.nullish(
    z.looseObject({ type: z.enum(["auto", "any", "none", "tool"]), name: z.nullish(z.string()) }),
  ),
  thinking: z.nullish(z.looseObject({ type: z.enum(["enabled", "disabled", "adaptive"]) })),
});
type Body = z.infer<typeof Body>;

export function readMessages(json: unknown): Result<Ask, ApiError> {
  const read = readBody(Body, json);
  if (!read.ok) return read;
  const body = read.value;
  return done({
    ...plainAsk,
    model: body.model ?? null,
    models: body.models ?? [],
    turns: [
      ...(body.system ? [{ role: "system", ...readText(body.system) } as const] : []),
      ...body.messages.flatMap((message) => toTurns(message.role, message.content)),
    ],
    tools: (body.tools ?? []).flatMap((tool) =>
      tool.input_schema === undefined
        ? []
        : [{ name: tool.name, description: tool.description ?? "", schema: tool.input_schema }],
    ),
    toolChoice: toolChoice(body.tool_choice),
    maxTokens: body.max_tokens,
    stop: (body.stop_sequences ?? []).filter((text) => text !== ""),
    reasoning: { wanted: body.thinking ? body.thinking.type !== "disabled" : null, hidden: false },
    searches:
      hasPlugin(body, "web") || (body.tools ?? []).some((tool) => (tool.type ?? "").startsWith("web_search")),
    routing: routingOf(body),
    stream: body.stream === true,
    sessionId: body.session_id ?? null,
  });
}

/** Tool results stand inside user messages here; they become turns of their own. */
function toTurns(role: "user" | "assistant" | "system", content: z.infer<typeof Text>): Turn[] {
  if (typeof content === "string") return [{ role, text: content, media: 0 }];
  const results = content.filter((block) => block.type === "tool_result");
  const others = content.filter((block) => block.type !== "tool_result");
  return [
    ...(others.length > 0 ? [{ role, ...readText(others) }] : []),
    ...results.map((block) => ({ role: "tool", text: resultText(block.content), media: 0 }) as const),
  ];
}

function readText(content: z.infer<typeof Text>): { text: string; media: number } {
  if (typeof content === "string") return { text: content, media: 0 };
  const lines = content.flatMap((block) => {
    if (typeof block.text === "string") return [block.text];
    return block.type === "tool_use" ? [`${block.name ?? ""}(${JSON.stringify(block.input ?? {})})`] : [];
  });
  return { text: lines.join("\n"), media: content.length - lines.length };
}

function resultText(content: unknown): string {
  if (typeof content === "string") return content;
  const blocks = z.array(z.looseObject({ text: z.string() })).safeParse(content);
  return blocks.success ? blocks.data.map((block) => block.text).join("\n") : JSON.stringify(content ?? "");
}

function toolChoice(choice: Body["tool_choice"]): Ask["toolChoice"] {
  if (!choice) return "auto";
  if (choice.type === "any") return "required";
  if (choice.type === "tool") return choice.name ? { name: choice.name } : "required";
  return choice.type;
}

/** Reads the body of `POST /responses`. */
import * as z from "zod/mini";
import { done, refused, type Result } from "../../contract/failures.ts";
import { plainAsk, type Ask, type Tool, type Turn } from "./ask.ts";
import { wantsReasoning } from "./chat-request.ts";
import type { ApiError } from "./errors.ts";
import { badRequest } from "./exchange.ts";
import { Content, hasPlugin, readBody, readContent, RoutingFields, routingOf } from "./request-parts.ts";

const Item = z.looseObject({
  type: z.nullish(z.string()),
  role: z.nullish(z.enum(["system", "developer", "user", "assistant"])),
  content: Content,
  name: z.nullish(z.string()),
  arguments: z.nullish(z.string()),
  output: z.nullish(z.union([z.string(), z.array(z.unknown())])),
});

const Body = z.looseObject({
  ...RoutingFields,
  input: z.union([z.string(), z.array(Item).check(z.minLength(1))]),
  instructions: z.nullish(z.string()),
  max_output_tokens: z.nullish(z.int().check(z.gte(1))),
  store: z.nullish(z.boolean()),
  previous_response_id: z.nullish(z.string()),
  tools: z.nullish(
    z.array(
      z.looseObject({
        type: z.string(),
        name: z.nullish(z.string()),
        description: z.nullish(z.string()),
        parameters: z.optional(z.unknown()),
      }),
    ),
  ),
  tool_choice: z.nullish(
    z.union([
      z.enum(["none", "auto", "required"]),
      z.looseObject({ type: z.string(), name: z.nullish(z.string()) }),
    ]),
  ),
  text: z.nullish(
    z.looseObject({
      format: z.nullish(z.looseObject({ type: z.string(), schema: z.optional(z.unknown()) })),
    }),
  ),
  reasoning: z.nullish(
    z.looseObject({
      effort: z.nullish(z.string()),
      enabled: z.nullish(z.boolean()),
      max_tokens: z.nullish(z.int().check(z.gte(1))),
    }),
  ),
});
type Body = z.infer<typeof Body>;

export function readResponses(json: unknown): Result<Ask, ApiError> {
  const read = readBody(Body, json);
  if (!read.ok) return read;
  const body = read.value;
  if (body.store === true) return refused(badRequest("store: true is not supported; this API is stateless"));
  if (body.previous_response_id)
    return refused(badRequest("previous_response_id is not supported; send the earlier items again"));
  const format = body.text?.format;
  return done({
    ...plainAsk,
    model: body.model ?? null,
    models: body.models ?? [],
    turns: [
      ...(body.instructions ? [{ role: "system", text: body.instructions, media: 0 } as const] : []),
      ...(typeof body.input === "string"
        ? [{ role: "user", text: body.input, media: 0 } as const]
        : body.input.map(toTurn)),
    ],
    tools: (body.tools ?? []).flatMap(toTool),
    toolChoice: toolChoice(body.tool_choice),
    format:
      format?.type === "json_schema"
        ? { kind: "schema", schema: format.schema ?? {} }
        : { kind: format?.type === "json_object" ? "json" : "text" },
    maxTokens: body.max_output_tokens ?? null,
    reasoning: {
      wanted: wantsReasoning(
        body.reasoning?.effort ?? null,
        body.reasoning?.enabled ?? null,
        body.reasoning?.max_tokens ?? null,
      ),
      hidden: false,
    },
    heals: hasPlugin(body, "response-healing"),
    searches:
      hasPlugin(body, "web") ||
      (body.tools ?? []).some((tool) => /^(openrouter:)?web_search/.test(tool.type)),
    routing: routingOf(body),
    stream: body.stream === true,
    sessionId: body.session_id ?? null,
  });
}

type Item = z.infer<typeof Item>;

function toTurn(item: Item): Turn {
  if (item.type === "function_call_output") {
    const output = typeof item.output === "string" ? item.output : JSON.stringify(item.output ?? "");
    return { role: "tool", text: output, media: 0 };
  }
  if (item.type === "function_call")
    return { role: "assistant", text: `${item.name ?? ""}(${item.arguments ?? ""})`, media: 0 };
  const role = item.role === "developer" ? "system" : (item.role ?? "assistant");
  return { role, ...readContent(item.content) };
}

const toTool = (tool: NonNullable<Body["tools"]>[number]): Tool[] =>
  tool.type === "function" && tool.name
    ? [
        {
          name: tool.name,
          description: tool.description ?? "",
          schema: tool.parameters ?? { type: "object" },
        },
      ]
    : [];

function toolChoice(choice: Body["tool_choice"]): Ask["toolChoice"] {
  if (choice === undefined || choice === null) return "auto";
  if (typeof choice === "string") return choice;
  return choice.name ? { name: choice.name } : "auto";
}

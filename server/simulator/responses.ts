/** `POST /responses`: the same answers in the shape of OpenAI's Responses API. */
import { breakStream } from "./breaks.ts";
import type { Completion } from "./completion.ts";
import { toolCallTokens } from "./composer.ts";
import { refuse, type Surface } from "./exchange.ts";
import { infer, type Shape } from "./inference.ts";
import { readResponses } from "./responses-request.ts";
import { dataFrame, doneFrame, type Frame } from "./stream.ts";
import { countTokens, tokenPieces } from "./tokens.ts";
import { responsesUsage } from "./usage.ts";

type Item = Readonly<Record<string, unknown>>;

const suffix = (completion: Completion): string => completion.id.slice(-20);
const isCut = (completion: Completion): boolean => completion.said.finish === "length";
const itemStatus = (completion: Completion): string => (isCut(completion) ? "incomplete" : "completed");

/** The response object; `output` empty and `usage` null until it is complete. */
function responseBody(
  completion: Completion,
  state: { status: string; output: readonly Item[]; over: boolean },
): Record<string, unknown> {
  return {
    id: completion.id,
    object: "response",
    created_at: completion.created,
    completed_at: state.over ? completion.created : null,
    status: state.status,
    error: null,
    incomplete_details: state.over && isCut(completion) ? { reason: "max_output_tokens" } : null,
    model: completion.route.entry.wire.id,
    output: state.output,
    output_text: state.over ? completion.said.content.join("") : "",
    parallel_tool_calls: true,
    tool_choice: "auto",
    tools: [],
    temperature: null,
    top_p: null,
    instructions: null,
    metadata: null,
    store: false,
    service_tier: "default",
    usage: state.over ? responsesUsage(completion.spent) : null,
    ...(state.over && completion.routerMetadata !== undefined
      ? { openrouter_metadata: completion.routerMetadata }
      : {}),
  };
}

const textPart = (completion: Completion, text: string): Item => ({
  type: "output_text",
  text,
  annotations: completion.said.citations.map((citation) => ({
    type: "url_citation",
    url: citation.url,
    title: citation.title,
    start_index: citation.start,
    end_index: citation.end,
  })),
  logprobs: [],
});

function outputItems(completion: Completion): Item[] {
  const { said } = completion;
  const reasoning = said.reasoning.join("");
  const content =
    said.refusal === null
      ? textPart(completion, said.content.join(""))
      : { type: "refusal", refusal: said.refusal };
  return [
    ...(reasoning === ""
      ? []
      : [
          {
            type: "reasoning",
            id: `rs_tmp_${suffix(completion)}`,
            status: "completed",
            summary: [],
            content: [{ type: "reasoning_text", text: reasoning }],
          },
        ]),
    ...said.toolCalls.map((call, index) => ({
      type: "function_call",
      id: `fc_tmp_${suffix(completion)}${index}`,
      call_id: call.id,
      name: call.name,
      arguments: call.arguments,
      status: "completed",
    })),
    ...(said.toolCalls.length > 0
      ? []
      : [
          {
            type: "message",
            id: `msg_tmp_${suffix(completion)}`,
            role: "assistant",
            status: itemStatus(completion),
            content: [content],
          },
        ]),
  ];
}

const whole = (completion: Completion): Record<string, unknown> =>
  responseBody(completion, { status: itemStatus(completion), output: outputItems(completion), over: true });

/** The stream's events in order, without their numbers; each with the tokens that it carries. */
function events(completion: Completion): (readonly [event: Item, tokens: number])[] {
  const started = responseBody(completion, { status: "in_progress", output: [], over: false });
  return [
    [{ type: "response.created", response: started }, 0],
    [{ type: "response.in_progress", response: started }, 0],
    ...outputItems(completion).flatMap((item, index) => itemEvents(completion, item, index)),
    [
      { type: isCut(completion) ? "response.incomplete" : "response.completed", response: whole(completion) },
      0,
    ],
  ];
}

function itemEvents(completion: Completion, item: Item, at: number): (readonly [Item, number])[] {
  const { said } = completion;
  const place = { output_index: at, item_id: item["id"] };
  const opened = { ...item, status: "in_progress" };
  const around = (inner: (readonly [Item, number])[], open: Item): (readonly [Item, number])[] => [
    [{ type: "response.output_item.added", output_index: at, item: open }, 0],
    ...inner,
    [{ type: "response.output_item.done", output_index: at, item }, 0],
  ];
  if (item["type"] === "reasoning") {
    const part = { ...place, content_index: 0 };
    return around(
      [
        ...said.reasoning.map(
          (delta) => [{ type: "response.reasoning_text.delta", ...part, delta }, 1] as const,
        ),
        [{ type: "response.reasoning_text.done", ...part, text: said.reasoning.join("") }, 0],
      ],
      { ...opened, content: [] },
    );
  }
  if (item["type"] === "function_call") {
    const call = said.toolCalls.find((candidate) => candidate.id === item["call_id"]);
    const whole = call?.arguments ?? "";
    const frame = call ? toolCallTokens(call) - countTokens(whole) : 0;
    return around(
      [
        ...tokenPieces(whole).map(
          (delta, index) =>
            [
              { type: "response.function_call_arguments.delta", ...place, delta },
              1 + (index === 0 ? frame : 0),
            ] as const,
        ),
        [{ type: "response.function_call_arguments.done", ...place, arguments: whole }, 0],
      ],
      { ...opened, arguments: "" },
    );
  }
  return around(messageEvents(completion, place), { ...opened, content: [] });
}

function messageEvents(completion: Completion, place: Item): (readonly [Item, number])[] {
  const { said } = completion;
  const part = { ...place, content_index: 0 };
  if (said.refusal !== null) {
    const refusal = { type: "refusal", refusal: said.refusal };
    return [
      [{ type: "response.content_part.added", ...part, part: { ...refusal, refusal: "" } }, 0],
      [{ type: "response.refusal.delta", ...part, delta: said.refusal }, completion.spent.completion],
      [{ type: "response.refusal.done", ...part, refusal: said.refusal }, 0],
      [{ type: "response.content_part.done", ...part, part: refusal }, 0],
    ];
  }
  const text = said.content.join("");
  return [
    [{ type: "response.content_part.added", ...part, part: textPart(completion, "") }, 0],
    ...said.content.map(
      (delta) => [{ type: "response.output_text.delta", ...part, delta, logprobs: [] }, 1] as const,
    ),
    [{ type: "response.output_text.done", ...part, text, logprobs: [] }, 0],
    [{ type: "response.content_part.done", ...part, part: textPart(completion, text) }, 0],
  ];
}

function frames(completion: Completion): Frame[] {
  const numbered = events(completion).map(([event, tokens], sequence) =>
    dataFrame({ ...event, sequence_number: sequence }, tokens),
  );
  return [...numbered, doneFrame];
}

const shape: Shape = {
  plain: whole,
  frames,
  broken: (completion, how) => {
    const error = { code: "server_error", message: "Provider disconnected" };
    const failed = responseBody(completion, { status: "failed", output: [], over: false });
    return breakStream(
      frames(completion),
      how,
      dataFrame(
        { type: "response.failed", response: { ...failed, error, error_type: "provider_unavailable" } },
        0,
      ),
    );
  },
};

export const responsesSurfaces: readonly Surface[] = [
  {
    method: "POST",
    path: "/api/v1/responses",
    access: "inference",
    skin: "responses",
    takesJson: true,
    answer: (world, exchange) => {
      const read = readResponses(exchange.json);
      return read.ok ? infer(world, exchange, read.value, shape) : refuse(read.error);
    },
  },
];

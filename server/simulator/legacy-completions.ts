/** `POST /completions`, the older text completion: a prompt in, text out. */
import * as z from "zod/mini";
import { plainAsk } from "./ask.ts";
import { breakStream } from "./breaks.ts";
import type { Completion } from "./completion.ts";
import { providerFailed } from "./chat-wire.ts";
import { chatError } from "./errors.ts";
import { refuse, type Surface } from "./exchange.ts";
import { infer, type Shape } from "./inference.ts";
import { hasPlugin, readBody, RoutingFields, routingOf } from "./request-parts.ts";
import { dataFrame, doneFrame } from "./stream.ts";
import { chatUsage } from "./usage.ts";

const Body = z.looseObject({
  ...RoutingFields,
  prompt: z.union([z.string(), z.array(z.string()), z.array(z.int()), z.array(z.array(z.int()))]),
  echo: z.nullish(z.boolean()),
  max_tokens: z.nullish(z.int().check(z.gte(1))),
  stop: z.nullish(z.union([z.string(), z.array(z.string()).check(z.maxLength(4))])),
});

function body(completion: Completion, text: string, finish: string | null): Record<string, unknown> {
  return {
    id: completion.id,
    object: "text_completion",
    created: completion.created,
    model: completion.route.entry.wire.id,
    provider: completion.route.provider.name,
    choices: [
      {
        index: 0,
        text,
        logprobs: null,
        finish_reason: finish,
        native_finish_reason: finish === null ? null : completion.nativeFinish,
      },
    ],
  };
}

const shapeFor = (echoed: string): Shape => {
  const frames: Shape["frames"] = (completion) => [
    ...(echoed === "" ? [] : [dataFrame(body(completion, echoed, null), 0)]),
    ...completion.said.reasoning.map(() => dataFrame(body(completion, "", null), 1)),
    ...completion.said.content.map((piece) => dataFrame(body(completion, piece, null), 1)),
    dataFrame({ ...body(completion, "", completion.said.finish), usage: chatUsage(completion.spent) }, 0),
    doneFrame,
  ];
  return {
    frames,
    plain: (completion) => ({
      ...body(completion, echoed + completion.said.content.join(""), completion.said.finish),
      usage: chatUsage(completion.spent),
    }),
    broken: (completion, how) =>
      breakStream(
        frames(completion, "repeated-finish"),
        how,
        dataFrame({ ...body(completion, "", "error"), error: chatError(providerFailed) }, 0),
      ),
  };
};

export const legacySurfaces: readonly Surface[] = [
  {
    method: "POST",
    path: "/api/v1/completions",
    access: "inference",
    takesJson: true,
    answer: (world, exchange) => {
      const read = readBody(Body, exchange.json);
      if (!read.ok) return refuse(read.error);
      const { prompt, ...rest } = read.value;
      const text = typeof prompt === "string" ? prompt : prompt.map(String).join(" ");
      const ask = {
        ...plainAsk,
        model: rest.model ?? null,
        models: rest.models ?? [],
        turns: [{ role: "user", text, media: 0 } as const],
        maxTokens: rest.max_tokens ?? null,
        stop: typeof rest.stop === "string" ? [rest.stop] : (rest.stop ?? []),
        searches: hasPlugin(rest, "web"),
        routing: routingOf(rest),
        stream: rest.stream === true,
        sessionId: rest.session_id ?? null,
      };
      return infer(world, exchange, ask, shapeFor(rest.echo ? text : ""));
    },
  },
];

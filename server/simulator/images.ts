/** `POST /images`: pictures of one pixel, at once or as a stream that shows one half done. */
import * as z from "zod/mini";
import { onePixel } from "./composer.ts";
import { json, refuse, type Exchange, type Reply, type Surface, type World } from "./exchange.ts";
import { choose, settle } from "./one-shot.ts";
import { readBody } from "./request-parts.ts";
import { dataFrame, doneFrame } from "./stream.ts";
import { countTokens } from "./tokens.ts";

const Body = z.looseObject({
  model: z.string(),
  prompt: z.string().check(z.minLength(1)),
  n: z.nullish(z.int().check(z.gte(1), z.lte(10))),
  output_format: z.nullish(z.enum(["png", "jpeg", "webp", "svg"])),
  stream: z.nullish(z.boolean()),
});

function images(world: World, exchange: Exchange): Reply {
  const read = readBody(Body, exchange.json);
  if (!read.ok) return refuse(read.error);
  const { model, prompt, n, stream } = read.value;
  const chosen = choose(model, "image");
  if (!chosen.ok) return refuse(chosen.error);
  const times = n ?? 1;
  const tokens = countTokens(prompt);
  const charge = (): Record<string, unknown> => ({
    prompt_tokens: tokens,
    completion_tokens: 0,
    total_tokens: tokens,
    cost: settle(world, exchange, chosen.value, { tokens, apiType: "image", times }),
  });
  const data = Array.from({ length: times }, () => ({ b64_json: onePixel, media_type: "image/png" }));
  const created = Math.floor(world.clock.now() / 1000);
  if (stream !== true) return json({ created, data, usage: charge() });
  const usage = charge();
  return {
    kind: "stream",
    headers: {},
    script: {
      id: exchange.id,
      frames: [
        dataFrame({ type: "image_generation.partial_image", partial_image_index: 0, b64_json: onePixel }, 0),
        ...data.map((one) => dataFrame({ type: "image_generation.completed", created, ...one, usage }, 0)),
        doneFrame,
      ],
      framing: "plain",
      ending: "whole",
      settle: () => undefined,
    },
  };
}

export const imageSurfaces: readonly Surface[] = [
  { method: "POST", path: "/api/v1/images", access: "inference", takesJson: true, answer: images },
];

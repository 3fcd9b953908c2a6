/** `POST /chat/completions`. */
import { breakChatStream } from "./breaks.ts";
import { chatBody, chatFrames, debugFrame } from "./chat-wire.ts";
import { readChat } from "./chat-request.ts";
import { refuse, type Surface } from "./exchange.ts";
import { infer } from "./inference.ts";

export const chatSurfaces: readonly Surface[] = [
  {
    method: "POST",
    path: "/api/v1/chat/completions",
    access: "inference",
    takesJson: true,
    answer: (world, exchange) => {
      const read = readChat(exchange.json);
      if (!read.ok) return refuse(read.error);
      const { ask, body } = read.value;
      const echoes = body.debug?.echo_upstream_body === true;
      return infer(world, exchange, ask, {
        plain: chatBody,
        frames: (completion, variant) => [
          ...(echoes ? [debugFrame(completion, exchange.json)] : []),
          ...chatFrames(completion, variant),
        ],
        broken: breakChatStream,
      });
    },
  },
];

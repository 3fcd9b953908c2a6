/** An offline OpenRouter as one node:http request handler: it answers when no key is set, and stands upstream in tests. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import { accountSurfaces } from "./account.ts";
import { drawAlphanumeric } from "./chance.ts";
import { chatSurfaces } from "./chat.ts";
import { realPace, type Pace, type Reply, type Surface, type World } from "./exchange.ts";
import { createFreeCounters } from "./free-counters.ts";
import { createGenerations } from "./generations.ts";
import { admit } from "./admission.ts";
import { createKeys, userIdOf, type KeyRow } from "./keys.ts";
import { audioSurfaces } from "./audio.ts";
import { batchSurfaces } from "./batches.ts";
import { imageSurfaces } from "./images.ts";
import { videoSurfaces } from "./videos.ts";
import { embeddingSurfaces } from "./embeddings.ts";
import { keyAdminSurfaces } from "./key-admin.ts";
import { legacySurfaces } from "./legacy-completions.ts";
import { loginSurfaces } from "./login.ts";
import { messagesSurfaces } from "./messages.ts";
import { responsesSurfaces } from "./responses.ts";
import { createLoginCodes } from "./login-codes.ts";
import { modelSurfaces } from "./models.ts";
import { readRequest, sendPreflight, sendReply, type RawRequest } from "./wire.ts";
import { createResponseCache } from "./response-cache.ts";
import { findSurface } from "./surface-table.ts";

export interface SimulatorOptions {
  readonly clock: Clock;
  /** How fast it answers; as fast as a real model unless given. */
  readonly pace?: Pace;
  /** Ids and made keys follow from it; answers, tokens and prices do not. */
  readonly seed?: string;
  /** The one key that is accepted; without it every well-formed key works and `knownKeys` show the other states. */
  readonly key?: string | null;
  /** Told of every whole request before it is answered. */
  readonly onRequest?: (request: RawRequest) => void;
  /** Told of a bug in the simulator; whoever asked gets a masked 500. */
  readonly onFault?: (fault: unknown) => void;
}

export interface Simulator {
  readonly handler: RequestListener;
}

const surfaces: readonly Surface[] = [
  ...chatSurfaces,
  ...legacySurfaces,
  ...responsesSurfaces,
  ...messagesSurfaces,
  ...embeddingSurfaces,
  ...imageSurfaces,
  ...audioSurfaces,
  ...videoSurfaces,
  ...batchSurfaces,
  ...modelSurfaces,
  ...accountSurfaces,
  ...keyAdminSurfaces,
  ...loginSurfaces,
];

const masked = JSON.stringify({
  error: { code: 500, message: "Internal Server Error", metadata: { error_type: "server" } },
});

export function createSimulator(options: SimulatorOptions): Simulator {
  const { clock } = options;
  const seed = options.seed ?? "simulator";
  const pace = options.pace ?? realPace;
  let requests = 0;
  const world: World = {
    clock,
    pace,
    keys: createKeys({ clock, seed, only: options.key ?? null }),
    generations: createGenerations(),
    cache: createResponseCache(clock),
    freeCounters: createFreeCounters(),
    films: new Map(),
    loginCodes: createLoginCodes(clock, seed),
    nextGenerationId: () => {
      requests += 1;
      return `gen-${Math.floor(clock.now() / 1000)}-${drawAlphanumeric(20, `${seed} ${requests}`)}`;
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await readRequest(request, clock.now());
    if (raw === null) return;
    options.onRequest?.(raw);
    if (raw.method === "OPTIONS") return sendPreflight(response);
    const url = URL.parse(raw.target, "http://simulator.invalid") ?? new URL("http://simulator.invalid/");
    const found = findSurface(surfaces, raw.method, url.pathname);
    const id = world.nextGenerationId();
    const admitted = admit(world, raw, found, url, id);
    const reply: Reply = admitted.ok
      ? admitted.value.surface.answer(world, admitted.value.exchange)
      : admitted.error;
    await sendReply(response, reply, {
      id,
      skin: found.kind === "found" ? (found.surface.skin ?? "chat") : "chat",
      isInference: found.kind === "found" && found.surface.access === "inference",
      userId: admitted.ok ? userOf(admitted.value.exchange.caller) : null,
      pace,
      monotonic: () => clock.monotonic(),
    });
  }

  return {
    handler: (request, response) => {
      serve(request, response).catch((fault: unknown) => {
        options.onFault?.(fault);
        if (response.headersSent) response.destroy();
        else response.writeHead(500, { "content-type": "application/json" }).end(masked);
      });
    },
  };
}

const userOf = (caller: KeyRow | null): string | null => (caller ? userIdOf(caller) : null);

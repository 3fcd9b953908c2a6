/** For tests: an OpenRouter of a few lines, whose answers the test sets and whose questions it sees. */
import { done, refused, type Result } from "../../contract/failures.ts";
import type {
  ClientFailure,
  EndpointListing,
  KeyFacts,
  ListedModel,
  OpenRouterClient,
} from "../openrouter/client.ts";

export interface TestClient extends OpenRouterClient {
  keyAnswer: Result<KeyFacts, ClientFailure>;
  modelsAnswer: Result<readonly ListedModel[], ClientFailure>;
  endpointsAnswer: Result<readonly EndpointListing[], ClientFailure>;
  /** While set, questions wait for it. */
  held: Promise<void> | null;
  readonly asked: string[];
}

export const unreachable: ClientFailure = { code: "unreachable", message: "OpenRouter can't be reached." };

export function createTestClient(simulated: boolean, modelId: string): TestClient {
  const asked: string[] = [];
  const client: TestClient = {
    simulated,
    asked,
    held: null,
    keyAnswer: done({ label: "sk-or-v1-012...def", limitRemaining: "5", isFreeTier: false }),
    modelsAnswer: done([
      {
        id: modelId,
        name: "The only one",
        contextLength: 128_000,
        promptUsdPerMillion: "1",
        completionUsdPerMillion: "2",
      },
    ]),
    endpointsAnswer: refused(unreachable),
    async checkKey(key) {
      asked.push(key);
      await client.held;
      return client.keyAnswer;
    },
    async models() {
      asked.push("models");
      await client.held;
      return client.modelsAnswer;
    },
    async endpoints(id) {
      asked.push(`endpoints of ${id}`);
      await client.held;
      return client.endpointsAnswer;
    },
    async generation() {
      return refused(unreachable);
    },
  };
  return client;
}

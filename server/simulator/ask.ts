/** What a request asks for, whatever API shape it came in: the one thing that answers are made from. */

export interface Turn {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly text: string;
  /** Images, files, sounds and videos in it. */
  readonly media: number;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON schema of its arguments; anything at all, as it comes from the program. */
  readonly schema: unknown;
}

export interface Ask {
  /** Null when only `models` are given. */
  readonly model: string | null;
  /** Tried in turn when `model` can't answer. */
  readonly models: readonly string[];
  readonly turns: readonly Turn[];
  readonly tools: readonly Tool[];
  readonly toolChoice: "auto" | "none" | "required" | { readonly name: string };
  readonly format: { readonly kind: "text" | "json" } | { readonly kind: "schema"; readonly schema: unknown };
  readonly maxTokens: number | null;
  readonly stop: readonly string[];
  /** `wanted` null: as the model does by default. */
  readonly reasoning: { readonly wanted: boolean | null; readonly hidden: boolean };
  /** How many alternatives a token's log probability comes with; null for none at all. */
  readonly topLogprobs: number | null;
  /** The response-healing plugin. */
  readonly heals: boolean;
  readonly searches: boolean;
  /** "image" and the like, beyond text. */
  readonly modalities: readonly string[];
  readonly routing: Routing;
  readonly stream: boolean;
  readonly sessionId: string | null;
}

export interface Routing {
  readonly order: readonly string[];
  readonly only: readonly string[];
  readonly ignore: readonly string[];
  readonly allowFallbacks: boolean;
  /** USD per million tokens. */
  readonly maxPromptPrice: number | null;
  readonly maxCompletionPrice: number | null;
  readonly requireParameters: boolean;
}

export const openRouting: Routing = {
  order: [],
  only: [],
  ignore: [],
  allowFallbacks: true,
  maxPromptPrice: null,
  maxCompletionPrice: null,
  requireParameters: false,
};

export const plainAsk: Omit<Ask, "model" | "turns"> = {
  models: [],
  tools: [],
  toolChoice: "auto",
  format: { kind: "text" },
  maxTokens: null,
  stop: [],
  reasoning: { wanted: null, hidden: false },
  topLogprobs: null,
  heals: false,
  searches: false,
  modalities: [],
  routing: openRouting,
  stream: false,
  sessionId: null,
};

/** The newest thing the user said, "" when there is none. */
export const questionOf = (ask: Ask): string =>
  ask.turns.findLast((turn) => turn.role === "user")?.text ?? "";

/** Results of tools that came back after the newest question, oldest first. */
export function toolResultsOf(ask: Ask): readonly string[] {
  const lastUser = ask.turns.findLastIndex((turn) => turn.role === "user");
  return ask.turns
    .slice(lastUser + 1)
    .filter((turn) => turn.role === "tool")
    .map((turn) => turn.text);
}

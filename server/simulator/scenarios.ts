/** The models that exist only here: each shows one failure or oddity of the real API, so that handling it can be learnt offline. */
import type { ErrorType } from "./errors.ts";

/** How a stream goes wrong after it started (or before its first token). */
export type Break =
  | "error-chunk"
  | "error-code-is-text"
  | "error-without-choices"
  | "error-first"
  | "error-after-length"
  | "network-error"
  | "ends-early"
  | "no-done"
  | "reset"
  | "stall";

/** What is unusual about the answer itself. */
export type Oddity =
  | "empty"
  | "refusal"
  | "unicode"
  | "long"
  | "reasoning-summary"
  | "reasoning-encrypted"
  | "citations"
  | "image"
  | "tools-parallel"
  | "tools-invalid"
  | "json-invalid"
  | "choice-error";

export type Billing = "cache-read" | "cache-write" | "byok" | "search";
export type Framing = "plain" | "split" | "crlf" | "joined";
export type UsageVariant = "repeated-finish" | "empty-choices" | "null-finish";

export type Scenario =
  | {
      readonly kind: "refuse";
      readonly status: number;
      readonly message: string;
      readonly errorType: ErrorType | null;
      readonly metadata?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
      readonly availability?: Readonly<Record<string, unknown>>;
      readonly page?: true;
      readonly disguised?: true;
    }
  | { readonly kind: "break"; readonly how: Break }
  | { readonly kind: "say"; readonly what: Oddity }
  | { readonly kind: "bill"; readonly how: Billing }
  | { readonly kind: "frame"; readonly how: Framing }
  | { readonly kind: "usage"; readonly variant: UsageVariant };

export interface ScenarioModel {
  /** After "simulator/". */
  readonly slug: string;
  readonly title: string;
  readonly shows: string;
  readonly scenario: Scenario;
}

const refuse = (
  slug: string,
  shows: string,
  status: number,
  message: string,
  errorType: ErrorType | null,
  more: Partial<Extract<Scenario, { kind: "refuse" }>> = {},
): ScenarioModel => ({
  slug,
  title: `Error ${slug.replace("error-", "")}`,
  shows,
  scenario: { kind: "refuse", status, message, errorType, ...more },
});

const fromProvider = (raw: string): { metadata: Readonly<Record<string, unknown>> } => ({
  metadata: { provider_name: "Simulator", raw },
});

const refusing: readonly ScenarioModel[] = [
  refuse(
    "error-400",
    "a provider that rejects the request",
    400,
    "Provider returned error",
    "invalid_request",
    {
      ...fromProvider('{"error":{"message":"Unsupported value: \'temperature\'"}}'),
    },
  ),
  refuse("error-401", "an invalid key", 401, "User not found.", null),
  refuse(
    "error-402",
    "an account without credit",
    402,
    "Insufficient credits. Add more using https://openrouter.ai/settings/credits",
    "payment_required",
    { metadata: { limit_source: "openrouter_credits" } },
  ),
  refuse(
    "error-403",
    "a prompt that moderation flags",
    403,
    'simulator/error-403 requires moderation on Simulator. Your input was flagged for "violence/graphic". No credits were charged.',
    "content_policy_violation",
    {
      metadata: {
        reasons: ["violence/graphic"],
        flagged_input: "(simulated) the first hundred characters of what was flagged",
        provider_name: "Simulator",
        model_slug: "simulator/error-403",
      },
    },
  ),
  refuse(
    "error-403-key-limit",
    "a key whose own spending cap is reached",
    403,
    "Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys",
    "permission_denied",
  ),
  refuse(
    "error-404",
    "a model without any endpoint",
    404,
    "No endpoints found for simulator/error-404.",
    "not_found",
    {
      availability: {
        code: "no_endpoints",
        retryable: false,
        requested_models: ["simulator/error-404"],
        docs_url: "https://openrouter.ai/docs/api-reference/errors",
      },
    },
  ),
  refuse(
    "error-404-data-policy",
    "privacy settings that exclude every endpoint",
    404,
    "No endpoints found matching your data policy. Configure: https://openrouter.ai/settings/privacy",
    "not_found",
  ),
  refuse("error-408", "a request that timed out", 408, "Request timed out", "timeout"),
  refuse("error-412", "a precondition that failed", 412, "Precondition failed", "precondition_failed"),
  refuse(
    "error-413",
    "a body that is too large, refused by an edge proxy with an HTML page",
    413,
    "Payload too large",
    "payload_too_large",
    {
      page: true,
    },
  ),
  refuse(
    "error-422",
    "a request that is well formed but makes no sense",
    422,
    "Unprocessable request",
    "unprocessable",
  ),
  refuse(
    "error-429",
    "a provider whose rate limit is reached, with Retry-After",
    429,
    "Provider returned error",
    "rate_limit_exceeded",
    {
      metadata: {
        provider_name: "Simulator",
        raw: "simulator/error-429 is temporarily rate-limited upstream. Please retry shortly, or add your own key.",
        limit_source: "upstream_provider_shared_pool",
      },
      headers: { "retry-after": "2" },
    },
  ),
  refuse("error-500", "a fault inside OpenRouter, message masked", 500, "Internal Server Error", "server"),
  refuse("error-502", "a provider that is down", 502, "Provider returned error", "provider_unavailable", {
    ...fromProvider("upstream connect error or disconnect/reset before headers"),
  }),
  refuse(
    "error-502-page",
    "an edge proxy's HTML page instead of JSON",
    502,
    "Bad gateway",
    "provider_unavailable",
    {
      page: true,
    },
  ),
  refuse(
    "error-503",
    "capacity that is exhausted for the moment, with Retry-After",
    503,
    "The model is temporarily unavailable.",
    "provider_overloaded",
    {
      headers: { "retry-after": "2" },
      availability: {
        code: "temporarily_unavailable",
        retryable: true,
        retry_after: 2,
        requested_models: ["simulator/error-503"],
        docs_url: "https://openrouter.ai/docs/api-reference/errors",
      },
    },
  ),
  refuse("error-504", "a provider that did not answer in time", 504, "Provider timed out", "timeout"),
  refuse("error-524", "an edge proxy's time-out page", 524, "A timeout occurred", "timeout", { page: true }),
  refuse(
    "error-529",
    "a provider that is overloaded",
    529,
    "Provider returned error",
    "provider_overloaded",
    {
      ...fromProvider('{"type":"overloaded_error","message":"Overloaded"}'),
    },
  ),
  refuse(
    "error-in-200",
    "an error that arrives with HTTP status 200",
    502,
    "Provider returned error",
    "provider_unavailable",
    {
      disguised: true,
      ...fromProvider("invalid reply"),
    },
  ),
];

const breaking = (how: Break, shows: string): ScenarioModel => ({
  slug: `stream-${how}`,
  title: `Stream ${how.replaceAll("-", " ")}`,
  shows,
  scenario: { kind: "break", how },
});

const saying = (what: Oddity, shows: string): ScenarioModel => ({
  slug: what,
  title: what.replaceAll("-", " "),
  shows,
  scenario: { kind: "say", what },
});

const billing = (how: Billing, shows: string): ScenarioModel => ({
  slug: `bill-${how}`,
  title: `Bill ${how.replace("-", " ")}`,
  shows,
  scenario: { kind: "bill", how },
});

export const scenarioModels: readonly ScenarioModel[] = [
  ...refusing,
  breaking("error-chunk", "an error in the middle of a stream, in the documented shape"),
  breaking("error-code-is-text", "an error in the middle of a stream whose code is a word"),
  breaking("error-without-choices", "an error in the middle of a stream with an empty list of choices"),
  breaking("error-first", "an error as the very first event of a stream"),
  breaking("error-after-length", "a finish chunk, then an error with usage, then [DONE]"),
  breaking("network-error", "a stream that ends with native finish reason network_error and no usage"),
  breaking("ends-early", "a stream that ends in mid-answer: no finish reason, no usage, no [DONE]"),
  breaking("no-done", "a complete stream without [DONE] at its end"),
  breaking("reset", "a connection that is reset in mid-answer"),
  breaking("stall", "a stream that stops for a minute in mid-answer and sends only comments"),
  saying("empty", "an answer without any text"),
  saying("refusal", "a refusal in the message's own refusal field"),
  saying("unicode", "an answer with letters of many scripts, combining marks and emoji"),
  saying("long", "a long answer of about 2,000 tokens"),
  saying("reasoning-summary", "reasoning that arrives as a summary"),
  saying("reasoning-encrypted", "reasoning that is encrypted, with a text that carries a signature"),
  saying("citations", "an answer with url_citation annotations"),
  saying("image", "an answer with an image (one pixel)"),
  saying("tools-parallel", "one call to each given tool at once, arguments split over chunks"),
  saying("tools-invalid", "a tool call whose arguments are not valid JSON"),
  saying("json-invalid", "malformed JSON although a schema was given; the response-healing plugin mends it"),
  saying("choice-error", "a choice with finish_reason error beside HTTP 200"),
  billing("cache-read", "a prompt of which half is read from a prompt cache, at a lower price"),
  billing("cache-write", "a prompt of which half is written to a prompt cache, at a higher price"),
  billing("byok", "a bill with your own provider key: only OpenRouter's 5 % is charged"),
  billing("search", "a web search whose price is in cost, but not in the cost of the tokens"),
  {
    slug: "framing-split",
    title: "Framing split",
    shows: "events cut into several writes in the middle of letters",
    scenario: { kind: "frame", how: "split" },
  },
  {
    slug: "framing-crlf",
    title: "Framing CRLF",
    shows: "lines that end with CR LF",
    scenario: { kind: "frame", how: "crlf" },
  },
  {
    slug: "framing-joined",
    title: "Framing joined",
    shows: "several events in one write",
    scenario: { kind: "frame", how: "joined" },
  },
  {
    slug: "usage-empty-choices",
    title: "Usage without choices",
    shows: "a last chunk with usage and an empty list of choices",
    scenario: { kind: "usage", variant: "empty-choices" },
  },
  {
    slug: "usage-null-finish",
    title: "Usage with open choice",
    shows: "a last chunk with usage whose choice has no finish reason",
    scenario: { kind: "usage", variant: "null-finish" },
  },
];

/** Everything that can be refused or go wrong by name: its status, one sentence, and a way out. */
import * as z from "zod/mini";

export interface Failure {
  readonly status: number;
  readonly says: string;
  readonly hint: string;
}

export const failures = {
  "bad-request": { status: 400, says: "The request could not be understood.", hint: "See the named fields." },
  "not-signed-in": {
    status: 401,
    says: "You are not signed in here.",
    hint: "Open the address that the server printed at start, or sign in with its token.",
  },
  "wrong-token": {
    status: 401,
    says: "That token is not right.",
    hint: "Copy the address that the server printed at start; it holds the token.",
  },
  "wrong-origin": {
    status: 403,
    says: "This request came from another site.",
    hint: "Use the page at the server's own address.",
  },
  "not-found": {
    status: 404,
    says: "There is nothing here.",
    hint: "It may have been deleted, or belong to another session.",
  },
  "wrong-method": {
    status: 405,
    says: "This address does not take that method.",
    hint: "See /api/openapi.json.",
  },
  conflict: {
    status: 409,
    says: "It was changed elsewhere in the meantime.",
    hint: "Load it again, or save yours under another name.",
  },
  "run-ended": { status: 409, says: "The run has already ended.", hint: "Start it again." },
  "too-large": {
    status: 413,
    says: "That is larger than this server takes.",
    hint: "See the limits in the documentation.",
  },
  "wrong-content-type": {
    status: 415,
    says: "The request's content type must be application/json.",
    hint: "Send JSON with that header.",
  },
  "wrong-host": {
    status: 421,
    says: "This server does not answer for that host name.",
    hint: "Use the printed address, or start with --host or --base-url for another.",
  },
  "call-ended": {
    status: 409,
    says: "The call has already ended.",
    hint: "It stands in the list as it ended; send it again if you like.",
  },
  "needs-key": {
    status: 409,
    says: "This run's calls went to OpenRouter, and there is no key for it now.",
    hint: "Paste a key, then send the call again. A run that the simulator answers needs none.",
  },
  "input-full": {
    status: 429,
    says: "The program has not read its earlier input yet.",
    hint: "Wait until it reads, or stop it.",
  },
  "too-many": {
    status: 429,
    says: "That is more than this server allows at once.",
    hint: "Wait a moment, then try again.",
  },
  "too-many-snippets": {
    status: 409,
    says: "There is no room for more snippets.",
    hint: "Delete some that you no longer need.",
  },
  "environment-unusable": {
    status: 409,
    says: "This environment can't be used.",
    hint: "Choose another one; the list says what is wrong with it.",
  },
  "index-off": {
    status: 409,
    says: "This server installs nothing: its package index is turned off.",
    hint: "Use the packages that are there, or start it without --no-package-index.",
  },
  "key-malformed": {
    status: 400,
    says: "That is not an OpenRouter key.",
    hint: "A key starts with sk-or-v1- and is made at openrouter.ai/settings/keys.",
  },
  "key-rejected": {
    status: 400,
    says: "OpenRouter does not know this key.",
    hint: "Copy it again, whole, from openrouter.ai/settings/keys; it may have been deleted or disabled.",
  },
  "upstream-unreachable": {
    status: 502,
    says: "OpenRouter can't be reached from this server.",
    hint: "Check the server's network, or start with --simulator to work offline.",
  },
  "upstream-error": {
    status: 502,
    says: "OpenRouter answered with an error.",
    hint: "Try again; status.openrouter.ai tells of outages.",
  },
  "sandbox-unavailable": {
    status: 503,
    says: "The sandbox can't start, so nothing is run.",
    hint: "Run `openrouter-ide doctor` on the server: it tells the cause and the mend.",
  },
  "store-unavailable": {
    status: 503,
    says: "The database does not answer.",
    hint: "Try again in a moment; the server's log has the cause.",
  },
  "shutting-down": { status: 503, says: "The server is shutting down.", hint: "Try again when it is back." },
  internal: {
    status: 500,
    says: "Something went wrong on the server.",
    hint: "Its log has the cause under the request id.",
  },
} as const satisfies Record<string, Failure>;

export type FailureCode = keyof typeof failures;

/** A failure as the page gets it. `says` may be more exact than the table's sentence; `fields` name what to mend. */
export const FailureReply = z.object({
  code: z.enum(Object.keys(failures) as [FailureCode, ...FailureCode[]]),
  says: z.string(),
  hint: z.string(),
  fields: z.optional(z.array(z.object({ field: z.string(), says: z.string() }))),
  requestId: z.optional(z.string()),
});
export type FailureReply = z.infer<typeof FailureReply>;

/** A failure on its way inside the server: the code, and what makes the sentence more exact than the table's. */
export interface Refusal {
  readonly code: FailureCode;
  readonly says?: string;
  readonly hint?: string;
  readonly fields?: readonly { readonly field: string; readonly says: string }[];
}

/** Expected outcomes are values: use cases and ports return these, exceptions are bugs. */
export type Result<T, E = Refusal> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export const done = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const refused = <E>(error: E): { readonly ok: false; readonly error: E } => ({ ok: false, error });

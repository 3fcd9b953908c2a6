/** The table of routes: the server's router, the page's typed client and openapi.json are all made from it. */
import * as z from "zod/mini";
import { Call, CallRecord, ResendCall } from "./calls.ts";
import { ChooseEnvironment, Environments, Install, Installation } from "./environments.ts";
import type { FailureCode } from "./failures.ts";
import { ProgramFile } from "./files.ts";
import { EnvironmentId, InstallationId, RunId, SnippetId } from "./ids.ts";
import { limits } from "./limits.ts";
import { Catalogue } from "./models.ts";
import { PrepareRun, Run, SendInput, StartedRun, StartRun, TerminalSize } from "./runs.ts";
import { ChangeCeilings, Session, SetKey, SetModel, SetReach, SignIn } from "./session.ts";
import { CreateSnippet, Snippet, SnippetSummary, UpdateSnippet } from "./snippets.ts";

/** `anyone` needs no session and must not tell or change anything of anybody's; `signed-in` needs a session cookie. */
export type Access = "anyone" | "signed-in";

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Parameters as `:name`; each has a schema in `params`. */
  readonly path: `/api/${string}`;
  readonly access: Access;
  readonly summary: string;
  readonly params?: z.ZodMiniObject;
  readonly query?: z.ZodMiniObject;
  /** The JSON body; a route without one takes none. */
  readonly body?: z.ZodMiniType;
  /** `bytes`: the reply is no JSON, and its content type is told by its headers. */
  readonly output: z.ZodMiniType | "bytes";
  /** What this route itself may answer besides what the guard may. */
  readonly failures: readonly FailureCode[];
}

const Nothing = z.object({});
const runPath = z.strictObject({ run: RunId });
const inRun = z.string().check(z.regex(/^[1-9]\d{0,5}$/, "must be a number from 1"));
const snippetPath = z.strictObject({ snippet: SnippetId });
const search = z.strictObject({ q: z.optional(z.string().check(z.maxLength(limits.searchLength))) });

export const routes = {
  health: {
    method: "GET",
    path: "/api/health",
    access: "anyone",
    summary: "Whether the server answers.",
    output: z.object({ ok: z.literal(true), version: z.string() }),
    failures: [],
  },
  openapi: {
    method: "GET",
    path: "/api/openapi.json",
    access: "anyone",
    summary: "This table as OpenAPI 3.1.",
    output: z.record(z.string(), z.unknown()),
    failures: [],
  },
  signIn: {
    method: "POST",
    path: "/api/sign-in",
    access: "anyone",
    summary: "Swaps the start token or password for a session cookie.",
    body: SignIn,
    output: Nothing,
    failures: ["wrong-token", "too-many"],
  },
  signOut: {
    method: "POST",
    path: "/api/sign-out",
    access: "signed-in",
    summary: "Ends this session; its key is removed with it.",
    output: Nothing,
    failures: [],
  },
  session: {
    method: "GET",
    path: "/api/session",
    access: "signed-in",
    summary: "What this session has: key label, model, sandbox.",
    output: Session,
    failures: [],
  },
  setKey: {
    method: "PUT",
    path: "/api/session/key",
    access: "signed-in",
    summary: "Checks a key at OpenRouter and keeps it, sealed, in the session.",
    body: SetKey,
    output: Session,
    failures: ["key-malformed", "key-rejected", "upstream-unreachable", "upstream-error"],
  },
  deleteKey: {
    method: "DELETE",
    path: "/api/session/key",
    access: "signed-in",
    summary: "Removes the session's key.",
    output: Session,
    failures: [],
  },
  setModel: {
    method: "PUT",
    path: "/api/session/model",
    access: "signed-in",
    summary: "Chooses what runs get as OPENROUTER_MODEL.",
    body: SetModel,
    output: Session,
    failures: [],
  },
  setCeilings: {
    method: "PUT",
    path: "/api/session/ceilings",
    access: "signed-in",
    summary: "Sets what runs may spend: each one, this session, and a day. What is set holds at once.",
    body: ChangeCeilings,
    output: Session,
    failures: [],
  },
  setReach: {
    method: "PUT",
    path: "/api/session/reach",
    access: "signed-in",
    summary:
      "Sets which other hosts programs may reach, and whether they may manage the account. New hosts count from the next run, removed ones from the next connection.",
    body: SetReach,
    output: Session,
    failures: [],
  },
  models: {
    method: "GET",
    path: "/api/models",
    access: "signed-in",
    summary: "The catalogue, searched by name and id.",
    query: search,
    output: Catalogue,
    failures: ["upstream-unreachable", "upstream-error"],
  },
  listSnippets: {
    method: "GET",
    path: "/api/snippets",
    access: "signed-in",
    summary: "Saved programs, newest change first; `q` looks in names and code.",
    query: search,
    output: z.object({ snippets: z.array(SnippetSummary), total: z.int() }),
    failures: [],
  },
  createSnippet: {
    method: "POST",
    path: "/api/snippets",
    access: "signed-in",
    summary: "Saves a program under a name.",
    body: CreateSnippet,
    output: Snippet,
    failures: ["too-many-snippets"],
  },
  getSnippet: {
    method: "GET",
    path: "/api/snippets/:snippet",
    access: "signed-in",
    summary: "One saved program.",
    params: snippetPath,
    output: Snippet,
    failures: ["not-found"],
  },
  updateSnippet: {
    method: "PATCH",
    path: "/api/snippets/:snippet",
    access: "signed-in",
    summary: "Saves a change or a new name.",
    params: snippetPath,
    body: UpdateSnippet,
    output: Snippet,
    failures: ["not-found", "conflict"],
  },
  deleteSnippet: {
    method: "DELETE",
    path: "/api/snippets/:snippet",
    access: "signed-in",
    summary: "Deletes; it can be restored for seven days.",
    params: snippetPath,
    output: Nothing,
    failures: ["not-found"],
  },
  restoreSnippet: {
    method: "POST",
    path: "/api/snippets/:snippet/restore",
    access: "signed-in",
    summary: "Brings a deleted one back.",
    params: snippetPath,
    output: Snippet,
    failures: ["not-found", "too-many-snippets"],
  },
  listEnvironments: {
    method: "GET",
    path: "/api/environments",
    access: "signed-in",
    summary:
      "The Python interpreters and environments that there are, with their packages, and the chosen one.",
    output: Environments,
    failures: [],
  },
  chooseEnvironment: {
    method: "PUT",
    path: "/api/session/environment",
    access: "signed-in",
    summary: "Chooses what this session's programs run with.",
    body: ChooseEnvironment,
    output: Session,
    failures: ["not-found", "environment-unusable"],
  },
  install: {
    method: "POST",
    path: "/api/environments/:environment/installations",
    access: "signed-in",
    summary:
      "Installs packages into a new managed environment and chooses it; what isn't managed stays as it is.",
    params: z.strictObject({ environment: EnvironmentId }),
    body: Install,
    output: Installation,
    failures: ["not-found", "too-many", "index-off"],
  },
  getInstallation: {
    method: "GET",
    path: "/api/installations/:installation",
    access: "signed-in",
    summary: "An installation as it stands; the event socket tells each change.",
    params: z.strictObject({ installation: InstallationId }),
    output: Installation,
    failures: ["not-found"],
  },
  cancelInstallation: {
    method: "POST",
    path: "/api/installations/:installation/cancel",
    access: "signed-in",
    summary: "Ends an installation; the environment stays as it was.",
    params: z.strictObject({ installation: InstallationId }),
    output: Installation,
    failures: ["not-found"],
  },
  startRun: {
    method: "POST",
    path: "/api/runs",
    access: "signed-in",
    summary: "Runs a program in a sandbox.",
    body: StartRun,
    output: StartedRun,
    failures: ["sandbox-unavailable", "too-many", "shutting-down", "not-found"],
  },
  listRuns: {
    method: "GET",
    path: "/api/runs",
    access: "signed-in",
    summary: "The newest runs.",
    output: z.object({ runs: z.array(Run) }),
    failures: [],
  },
  prepareRun: {
    method: "POST",
    path: "/api/runs/prepare",
    access: "signed-in",
    summary:
      "Makes an interpreter ready for a program that is being edited; tells which imports are not installed.",
    body: PrepareRun,
    output: z.object({
      /** `distribution` is what to install for the module. */
      missing: z.array(z.object({ module: z.string(), distribution: z.string() })),
    }),
    failures: [],
  },
  getRun: {
    method: "GET",
    path: "/api/runs/:run",
    access: "signed-in",
    summary: "One run, and the program it ran with the files beside it.",
    params: runPath,
    output: z.object({ run: Run, code: z.string(), files: z.array(ProgramFile) }),
    failures: ["not-found"],
  },
  stopRun: {
    method: "POST",
    path: "/api/runs/:run/stop",
    access: "signed-in",
    summary: "Interrupts; kills after two seconds.",
    params: runPath,
    output: Run,
    failures: ["not-found", "run-ended"],
  },
  sendInput: {
    method: "POST",
    path: "/api/runs/:run/input",
    access: "signed-in",
    summary: "Types into the program's standard input or terminal.",
    params: runPath,
    body: SendInput,
    output: Nothing,
    failures: ["not-found", "run-ended", "input-full"],
  },
  resizeTerminal: {
    method: "POST",
    path: "/api/runs/:run/terminal",
    access: "signed-in",
    summary: "Tells the program's terminal its new size.",
    params: runPath,
    body: TerminalSize,
    output: Nothing,
    failures: ["not-found", "run-ended"],
  },
  getResult: {
    method: "GET",
    path: "/api/runs/:run/results/:number",
    access: "signed-in",
    summary: "The bytes of something that the program showed, or of a file that it made.",
    params: z.strictObject({ run: RunId, number: inRun }),
    /** `download=1`: always as an attachment. */
    query: z.strictObject({ download: z.optional(z.literal("1")) }),
    output: "bytes",
    failures: ["not-found"],
  },
  listCalls: {
    method: "GET",
    path: "/api/runs/:run/calls",
    access: "signed-in",
    summary: "The run's calls in order.",
    params: runPath,
    output: z.object({ calls: z.array(Call) }),
    failures: ["not-found"],
  },
  getCall: {
    method: "GET",
    path: "/api/runs/:run/calls/:number",
    access: "signed-in",
    summary: "One call with what was recorded of it.",
    params: z.strictObject({ run: RunId, number: inRun }),
    output: CallRecord,
    failures: ["not-found"],
  },
  resendCall: {
    method: "POST",
    path: "/api/runs/:run/calls/:number/resend",
    access: "signed-in",
    summary: "Sends a recorded call once more, with another body or the same, as a new call of its run.",
    params: z.strictObject({ run: RunId, number: inRun }),
    body: ResendCall,
    output: Call,
    failures: ["not-found", "too-many", "needs-key", "shutting-down"],
  },
  stopCall: {
    method: "POST",
    path: "/api/runs/:run/calls/:number/stop",
    access: "signed-in",
    summary: "Cuts off a call that was sent again; a program's own calls end with their run.",
    params: z.strictObject({ run: RunId, number: inRun }),
    output: Nothing,
    failures: ["not-found", "call-ended"],
  },
  getRunHar: {
    method: "GET",
    path: "/api/runs/:run/har",
    access: "signed-in",
    summary: "The run's calls as a HAR 1.2 file, with the time of each event.",
    params: runPath,
    output: "bytes",
    failures: ["not-found"],
  },
  getCallHar: {
    method: "GET",
    path: "/api/runs/:run/calls/:number/har",
    access: "signed-in",
    summary: "One call as a HAR 1.2 file.",
    params: z.strictObject({ run: RunId, number: inRun }),
    output: "bytes",
    failures: ["not-found"],
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

type Parsed<T> = T extends z.ZodMiniType ? z.infer<T> : undefined;
type Sent<T> = T extends z.ZodMiniType ? z.input<T> : undefined;
type Part<R, K extends string> = R extends { readonly [P in K]: infer S } ? S : undefined;

/** What a handler gets, parsed. */
export interface RouteInput<N extends RouteName> {
  readonly params: Parsed<Part<(typeof routes)[N], "params">>;
  readonly query: Parsed<Part<(typeof routes)[N], "query">>;
  readonly body: Parsed<Part<(typeof routes)[N], "body">>;
}
/** What the page sends. */
export interface RouteRequest<N extends RouteName> {
  readonly params: Sent<Part<(typeof routes)[N], "params">>;
  readonly query: Sent<Part<(typeof routes)[N], "query">>;
  readonly body: Sent<Part<(typeof routes)[N], "body">>;
}
/** What a JSON route answers with, and the plain bytes of one whose output is bytes. */
export type RouteOutput<N extends RouteName> = (typeof routes)[N]["output"] extends infer O
  ? O extends z.ZodMiniType
    ? z.infer<O>
    : Uint8Array<ArrayBuffer>
  : never;

/** Addresses that show the page (the same document), with who may open them. */
export const pages = {
  home: { path: "/", access: "signed-in" },
  snippet: { path: "/s/:snippet", access: "signed-in" },
  run: { path: "/r/:run", access: "signed-in" },
  call: { path: "/r/:run/calls/:number", access: "signed-in" },
  signIn: { path: "/sign-in", access: "anyone" },
} as const satisfies Record<string, { readonly path: `/${string}`; readonly access: Access }>;

/** The empty document that the page frames to show a stranger's HTML in; it belongs to no origin and may load nothing. */
export const resultFrame = { path: "/result-frame", access: "anyone" } as const satisfies {
  path: `/${string}`;
  access: Access;
};

/** The event socket's address; its access is checked at the upgrade like any route's. */
export const eventSocket = { path: "/api/events", access: "signed-in" } as const satisfies {
  path: string;
  access: Access;
};

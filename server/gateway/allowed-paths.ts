/** Which of OpenRouter's paths a program may use, and which of them cost money or need no key (reference/openrouter-api.md). */

export interface AllowedPath {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: RegExp;
  /**
   * `key`: the session's key is added. `open`: OpenRouter answers without one; ours is added when the program shows one.
   * `account`: it manages the account, so it needs the user's leave; then as `key`.
   */
  readonly access: "key" | "open" | "never-key" | "account";
  /** A request may be charged for. */
  readonly costs: boolean;
}

/** One segment: a slug, a variant or an id, plain or percent-encoded; never a slash. */
const segment = "(?:[A-Za-z0-9._~@:+-]|%3[Aa]|%40|%7[Ee]|%2[Bb])+";
const slug = `${segment}/${segment}`;

const row = (
  method: AllowedPath["method"],
  path: string,
  access: AllowedPath["access"],
  costs: boolean,
): AllowedPath => ({ method, path: new RegExp(`^/api/${path}$`), access, costs });

const inference = (path: string): AllowedPath => row("POST", path, "key", true);
const catalogue = (path: string): AllowedPath => row("GET", path, "open", false);
const account = (path: string): AllowedPath => row("GET", path, "key", false);

/** All methods on these and all that lies below: with a management key they make keys, and change what everybody's may do. */
const managing = [
  "keys",
  "auth/keys/code",
  "activity",
  "analytics",
  "guardrails",
  "presets",
  "workspaces",
  "byok",
  "observability",
  "organization",
  "scim",
  "containers",
  "generation/feedback",
  "credits/coinbase",
];
const accountPaths = (["GET", "POST", "PATCH", "PUT", "DELETE"] as const).flatMap((method) =>
  managing.map((path) => row(method, `v1/${path}(?:/${segment})*`, "account", false)),
);

/** Everything else is refused. */
export const allowedPaths: readonly AllowedPath[] = [
  inference("v1/chat/completions"),
  inference("v1/completions"),
  inference("v1/responses"),
  inference("v1/messages"),
  inference("v1/embeddings"),
  inference("v1/rerank"),
  inference("v1/images"),
  inference("v1/videos"),
  inference("v1/audio/speech"),
  inference("v1/audio/transcriptions"),
  inference("(?:v1|beta)/batches"),
  account(`(?:v1|beta)/batches/${segment}`),
  account(`v1/videos/(?!models$)${segment}(?:/content)?`),
  catalogue("v1/models"),
  catalogue("v1/models/count"),
  account("v1/models/user"),
  catalogue(`v1/models/${slug}/endpoints`),
  catalogue(`v1/model/${slug}`),
  catalogue("v1/endpoints/zdr"),
  catalogue("v1/(?:embeddings|images|videos)/models"),
  catalogue(`v1/images/models/${slug}/endpoints`),
  catalogue("v1/providers"),
  catalogue(`v1/parameters/${slug}`),
  account("v1/benchmarks"),
  account("v1/datasets/(?:app-rankings|rankings-daily|session-cost)"),
  account("v1/classifications/task"),
  account("v1/key"),
  account("v1/auth/key"),
  account("v1/credits"),
  account("v1/generation(?:/content)?"),
  // The key's own files, to be named in prompts.
  account(`v1/files(?:/${segment}(?:/content)?)?`),
  row("POST", "v1/files", "key", false),
  row("DELETE", `v1/files/${segment}`, "key", false),
  // A login swaps what the program brought itself; our key has no part in it.
  row("POST", "v1/auth/keys", "never-key", false),
  row("POST", "v1/oauth/token", "never-key", false),
  catalogue("v1/oauth/jwks"),
  ...accountPaths,
];

/** Whose answers hold whole keys: they are masked in what is kept. */
export const tellsKeys = (path: string): boolean => /^\/api\/v1\/(?:auth\/)?keys(?:$|\/)/.test(path);

/** Programs ask for the same few paths over and over. When it is full it begins anew. */
const found = new Map<string, readonly AllowedPath[]>();
const most = { paths: 200, length: 200 };

function rowsFor(path: string): readonly AllowedPath[] {
  const known = found.get(path);
  if (known !== undefined) return known;
  const rows = allowedPaths.filter((allowed) => allowed.path.test(path));
  if (found.size >= most.paths) found.clear();
  if (path.length <= most.length) found.set(path, rows);
  return rows;
}

/** The row for a path without its query. HEAD is as good as GET. Null when no row has the path. */
export function findAllowed(method: string, path: string): AllowedPath | "wrong-method" | null {
  const rows = rowsFor(path);
  if (rows.length === 0) return null;
  const wanted = method === "HEAD" ? "GET" : method;
  return rows.find((allowed) => allowed.method === wanted) ?? "wrong-method";
}

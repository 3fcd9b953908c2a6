/** Which of OpenRouter's paths a program may use, and which of them cost money or need no key (reference/openrouter-api.md). */

export interface AllowedPath {
  readonly method: "GET" | "POST";
  readonly path: RegExp;
  /** `key`: the session's key is added. `open`: OpenRouter answers without one; ours is added when the program shows one. */
  readonly access: "key" | "open" | "never-key";
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

/**
 * Everything else is refused. Left out on purpose: keys, guardrails, presets, workspaces, files and the like, which manage
 * the account, and `auth/keys/code`, with which a program could make itself a real key.
 */
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
  row("POST", "v1/auth/keys", "never-key", false),
];

/** The row for a path without its query. HEAD is as good as GET. Null when no row has the path. */
export function findAllowed(method: string, path: string): AllowedPath | "wrong-method" | null {
  const rows = allowedPaths.filter((allowed) => allowed.path.test(path));
  if (rows.length === 0) return null;
  const wanted = method === "HEAD" ? "GET" : method;
  return rows.find((allowed) => allowed.method === wanted) ?? "wrong-method";
}

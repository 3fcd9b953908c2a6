/** The typed client, made from the route table: `api.startRun({ body })`. Failures come back as values. */
import type { FailureReply, Result } from "../../contract/failures.ts";
import { routes, type RouteName, type RouteOutput, type RouteRequest } from "../../contract/routes.ts";

type Given<T> = { [K in keyof T as T[K] extends undefined ? never : K]: T[K] };
type Call<N extends RouteName> = keyof Given<RouteRequest<N>> extends never
  ? () => Promise<Result<RouteOutput<N>, FailureReply>>
  : (request: Given<RouteRequest<N>>) => Promise<Result<RouteOutput<N>, FailureReply>>;

export type Api = { readonly [N in RouteName]: Call<N> };

interface Parts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
}

/** `base` is the page's own path prefix without a trailing slash ("" or "/ide"). */
export function createApi(base: string, send: typeof fetch = fetch.bind(globalThis)): Api {
  const calls = Object.entries(routes).map(([name, route]) => [
    name,
    async (parts: Parts = {}) => {
      const address = addressOf(base, route.path, parts);
      const init: RequestInit = { method: route.method, credentials: "same-origin" };
      if (route.method !== "GET") {
        init.headers = { "content-type": "application/json" };
        init.body = JSON.stringify(parts.body ?? {});
      }
      return answer(send, address, init, route.output === "bytes");
    },
  ]);
  return Object.fromEntries(calls) as Api;
}

async function answer(
  send: typeof fetch,
  address: string,
  init: RequestInit,
  inBytes: boolean,
): Promise<Result<never, FailureReply>> {
  try {
    const reply = await send(address, init);
    if (reply.ok && inBytes) {
      return { ok: true, value: new Uint8Array(await reply.arrayBuffer()) as never };
    }
    const content: unknown = await reply.json();
    if (reply.ok) return { ok: true, value: content as never };
    return { ok: false, error: content as FailureReply };
  } catch {
    // Either no reply at all or one that is not ours (a proxy's page): the way out is the same.
    return { ok: false, error: unreachable };
  }
}

const unreachable: FailureReply = {
  code: "store-unavailable",
  says: "The server does not answer.",
  hint: "Nothing is lost: your text stays here. Check that it is running; the page tries again by itself.",
};

/** Where a route of the table is, for what the browser fetches by itself: images, downloads. */
export const addressOf = (base: string, path: string, parts: Parts): string =>
  base + fillIn(path, parts.params ?? {}) + asQuery(parts.query ?? {});

function fillIn(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
}

function asQuery(query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`;
}

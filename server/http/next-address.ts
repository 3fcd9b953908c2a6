/** Where to go after sign-in: an address of this site or its front page, whatever the link asked for. */
import { readTarget } from "./request-target.ts";

/** The one name under which an address may carry the token. */
export const tokenParameter = "token";

/** `asked` is relative to the base path: "/r/abc?x=1". Anything that a browser could take for another site becomes "/". */
export function nextAddress(asked: string | null): string {
  const target = readTarget(asked ?? "/");
  return target.ok ? withoutToken(target.value.path, target.value.query) : "/";
}

/** The same address with all of its query but the token. */
export function withoutToken(path: string, query: URLSearchParams): string {
  const rest = new URLSearchParams(query);
  rest.delete(tokenParameter);
  return rest.size === 0 ? path : `${path}?${rest.toString()}`;
}

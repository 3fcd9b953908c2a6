/** The session cookie's name, its reading and its writing. */

/** 32 random bytes in base64url. */
export const cookieValue = /^[A-Za-z0-9_-]{43}$/;

export interface CookieScope {
  /** Names the instance: cookies ignore ports, so two servers on one host must not share a name. */
  readonly instanceId: string;
  readonly secure: boolean;
  /** "" or "/ide". */
  readonly basePath: string;
}

/** `__Host-` keeps sibling domains from planting one; browsers take it only with Secure and Path=/. */
export function cookieName({ instanceId, secure, basePath }: CookieScope): string {
  return `${secure && basePath === "" ? "__Host-" : ""}orid_${instanceId}`;
}

/** All values that the header gives for the name: more than one is somebody's attempt to toss a cookie at us. */
export function cookieValues(header: string, name: string): readonly string[] {
  return header
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}

/** Set-Cookie for a session that lives `idleMs`; an empty value with 0 removes it. */
export function setCookie(scope: CookieScope, value: string, idleMs: number): string {
  const secure = scope.secure ? "; Secure" : "";
  const seconds = Math.floor(idleMs / 1000);
  return `${cookieName(scope)}=${value}; Path=${scope.basePath || "/"}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}

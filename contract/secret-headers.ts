/** The headers that carry a credential or a cookie: they are not recorded, and what shows headers masks them besides. */

/** In lower case. */
export const secretHeaders: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "x-api-key",
  "api-key",
  "cookie",
  "set-cookie",
]);

/** What browsers say of themselves about a request (Sec-Fetch-*), and which of it fits which kind of address. */

export interface FetchMetadata {
  readonly site: string | null;
  readonly mode: string | null;
  readonly dest: string | null;
}

/**
 * `change` alters something; `read` is an API answer in JSON; `bytes` is one that our page shows or saves; `document` is a page or a file of the build; `frame` is the one document
 * that our page puts into a frame; `socket` an upgrade.
 */
export type Purpose = "change" | "read" | "bytes" | "document" | "frame" | "socket";

/**
 * Clients that are no browsers send none of the three, and pass: origin and session still stand in their way. An unknown
 * value never passes.
 */
export function fitsPurpose(purpose: Purpose, said: FetchMetadata): boolean {
  if (said.site === null && said.mode === null && said.dest === null) return true;
  return rules[purpose](said);
}

const oneOf = (value: string | null, ...allowed: string[]): boolean =>
  value === null || allowed.includes(value);

const rules: Record<Purpose, (said: FetchMetadata) => boolean> = {
  // "no-cors" and "navigate" are what other sites' forms and images can do, and "same-site" is another port of this host.
  change: ({ site, mode, dest }) =>
    oneOf(site, "same-origin") && oneOf(mode, "cors", "same-origin") && oneOf(dest, "empty"),
  // Our page's fetch, or a person who typed the address; never a <script> or <img>.
  read: ({ site, mode, dest }) =>
    oneOf(site, "same-origin", "none") &&
    (mode === "navigate" ? dest === "document" : oneOf(mode, "cors", "same-origin") && oneOf(dest, "empty")),
  // Our page's fetch, picture or download, or a person who typed the address; never a <script> or a frame.
  bytes: ({ site, mode, dest }) =>
    oneOf(site, "same-origin", "none") &&
    oneOf(mode, "cors", "same-origin", "no-cors", "navigate") &&
    oneOf(dest, "empty", "image", "document"),
  // A link on another site may open the page in a tab of its own; it may not frame it or load its files.
  document: ({ site, mode, dest }) =>
    !frames.has(dest ?? "") &&
    (oneOf(site, "same-origin", "none") ||
      ((site === "cross-site" || site === "same-site") && mode === "navigate" && dest === "document")),
  // By our page alone: neither another site nor a frame that navigates itself.
  frame: ({ site, mode, dest }) =>
    oneOf(site, "same-origin") && oneOf(mode, "navigate") && oneOf(dest, "iframe"),
  socket: ({ site, mode, dest }) =>
    oneOf(site, "same-origin") && oneOf(mode, "websocket") && oneOf(dest, "empty", "websocket"),
};

const frames = new Set(["iframe", "frame", "embed", "object", "fencedframe"]);

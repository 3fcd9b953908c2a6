/** What the page's address says: which snippet, run or call is open. Pure; the base path is cut off before. */
import * as z from "zod/mini";
import { RunId, SnippetId } from "../../contract/ids.ts";

export type Address =
  | { readonly page: "home" }
  | { readonly page: "sign-in"; readonly to: string }
  | { readonly page: "snippet"; readonly snippet: SnippetId }
  | { readonly page: "run"; readonly run: RunId; readonly call: number | null };

/** `path` begins with "/"; an address that is none of ours is home, and says so by null. */
export function parseAddress(path: string, query = ""): Address | null {
  const parts = path.split("/").slice(1);
  const [first = "", second = "", third, fourth = ""] = parts;
  if (path === "/" || path === "") return { page: "home" };
  if (path === "/sign-in") return { page: "sign-in", to: localPath(new URLSearchParams(query).get("next")) };
  if (first === "s" && parts.length === 2) {
    const snippet = z.safeParse(SnippetId, second);
    return snippet.success ? { page: "snippet", snippet: snippet.data } : null;
  }
  if (first === "r" && (parts.length === 2 || (parts.length === 4 && third === "calls"))) {
    const run = z.safeParse(RunId, second);
    const call = parts.length === 2 ? null : /^[1-9]\d{0,5}$/.test(fourth) ? Number(fourth) : undefined;
    return run.success && call !== undefined ? { page: "run", run: run.data, call } : null;
  }
  return null;
}

/** The path without the base: "/", "/s/…", "/r/…", "/r/…/calls/2", "/sign-in?next=…". */
export function formatAddress(address: Address): string {
  switch (address.page) {
    case "sign-in":
      return address.to === "/"
        ? "/sign-in"
        : `/sign-in?${new URLSearchParams({ next: address.to }).toString()}`;
    case "snippet":
      return `/s/${address.snippet}`;
    case "run":
      return address.call === null ? `/r/${address.run}` : `/r/${address.run}/calls/${address.call}`;
    case "home":
    default:
      return "/";
  }
}

/** Only a path of this page is gone to after signing in; anything else (another site, a script) is home. */
function localPath(to: string | null): string {
  const address = to === null ? null : parseAddress(to);
  return address === null || address.page === "sign-in" ? "/" : formatAddress(address);
}

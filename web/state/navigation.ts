/** Reads and writes the browser's address, below the base path that the server serves the page under. */
import { formatAddress, parseAddress, type Address } from "./address.ts";

export interface Navigation {
  /** The page's base path: "" or "/ide". */
  readonly base: string;
  /** An address that is none of ours reads as home. */
  readonly current: () => Address;
  /** Changes the address; `push` makes a step for the back button. The same address again changes nothing. */
  readonly go: (address: Address, how: "push" | "replace") => void;
  /** Calls when the user goes back or forward. */
  readonly onTravel: (travel: (address: Address) => void) => void;
  /** Leaves for the sign-in page and comes back here after it. */
  readonly toSignIn: () => void;
  /** Loads a path of ours afresh, as after signing in. */
  readonly load: (path: string) => void;
}

/** `baseUri` is the document's: the server sets `<base href>` to its path prefix with a trailing slash. */
export function createNavigation(baseUri: string): Navigation {
  const base = new URL(baseUri).pathname.replace(/[^/]*$/, "").replace(/\/$/, "");
  const path = (): string =>
    location.pathname.startsWith(base) ? location.pathname.slice(base.length) : location.pathname;
  const current = (): Address => parseAddress(path(), location.search) ?? { page: "home" };
  return {
    base,
    current,
    go: (address, how) => {
      const next = base + formatAddress(address);
      if (next === location.pathname) return;
      if (how === "push") history.pushState(null, "", next);
      else history.replaceState(null, "", next);
    },
    onTravel: (travel) => addEventListener("popstate", () => travel(current())),
    toSignIn: () => {
      if (current().page !== "sign-in") {
        location.assign(base + formatAddress({ page: "sign-in", to: formatAddress(current()) }));
      }
    },
    load: (to) => location.assign(base + to),
  };
}

/** What each setting's text may be, and what it becomes: one schema per kind of value. Pure. */
import { isIP } from "node:net";
import * as z from "zod/mini";
import { limits } from "../contract/limits.ts";
import { Amount } from "../contract/session.ts";
import { readPackageIndex } from "./package-index.ts";

interface Wrong {
  /** The sentence after the setting's name and value, with the fix. */
  readonly wrong: string;
}

const isWrong = (parsed: unknown): parsed is Wrong =>
  typeof parsed === "object" && parsed !== null && "wrong" in parsed;

/** A schema that reads text with `parse`. */
function text<T>(parse: (text: string) => T) {
  return z.pipe(
    z.string(),
    z.transform((given: string, context): Exclude<T, Wrong> => {
      const parsed = parse(given);
      if (!isWrong(parsed)) return parsed as Exclude<T, Wrong>;
      context.issues.push({ code: "custom", message: parsed.wrong, input: given });
      return z.NEVER;
    }),
  );
}

const portNumber = text((given) => {
  const port = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
  return port <= 65_535 ? port : { wrong: "is not a port. Give a number from 0 to 65535." };
});

const on = new Set(["1", "true", "yes", "on"]);
const off = new Set(["0", "false", "no", "off"]);

const toggle = text((given) => {
  const word = given.toLowerCase();
  if (on.has(word)) return true;
  return off.has(word) ? false : { wrong: "is neither on nor off. Give 1 or 0." };
});

const amount = text((given) =>
  Amount.safeParse(given).success
    ? given
    : { wrong: "is not an amount. Give USD, as 0.50, below a million." },
);

/** Longer than any limit that makes sense, and well within what a timer can count. */
export const longestTimeoutMs = 24 * 3_600_000;

const milliseconds = text((given) => {
  const ms = /^\d{1,7}(\.\d{1,3})?$/.test(given) ? Math.round(Number(given) * 1000) : Number.NaN;
  if (ms >= limits.runTimeoutMinMs && ms <= longestTimeoutMs) return ms;
  const [least, most] = [limits.runTimeoutMinMs / 1000, longestTimeoutMs / 1000];
  return { wrong: `is not a time limit. Give seconds, from ${least} to ${most}.` };
});

/** Only what stands here literally is loopback: no other spelling is looked up, so none can turn out to be something else. */
const loopback = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|\[::1\])$/;

export const isLoopback = (host: string): boolean =>
  loopback.test(host) && (host === "localhost" || isIP(bare(host)) !== 0);

/** `localhost` is written as an address: a resolver may make something else of it. */
const hostAddress = text((given) => {
  if (given === "localhost") return "127.0.0.1";
  if (isIP(bare(given)) !== 0) return bare(given);
  if (given === "")
    return {
      wrong: "is empty, which would mean every address. Give 127.0.0.1, or 0.0.0.0 if you mean that.",
    };
  return {
    wrong: "is not an IP address in its usual spelling. Give one such as 127.0.0.1, 0.0.0.0 or ::1.",
  };
});

const bare = (host: string): string => host.replace(/^\[(.*)\]$/, "$1");

export interface PublicAddress {
  /** "" or "/ide". */
  readonly basePath: string;
  /** "ide.example.org", with a port when not the scheme's own; null for a mere path. */
  readonly host: string | null;
}

const publicAddress = text((given): PublicAddress | Wrong => {
  if (given.startsWith("/") && !given.startsWith("//")) return withPath(given, null);
  const url = URL.parse(given);
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.username + url.password === "";
  if (url === null || !isPlain || /[?#\s]/.test(given) || !/^https?:\/\//i.test(given)) return wrongAddress;
  return withPath(given.replace(/^https?:\/\/[^/]*/i, ""), url.host);
});

const wrongAddress = {
  wrong:
    "is no place for the page. Give a path such as /ide, or a public address such as https://ide.example.org/ide.",
};

function withPath(path: string, host: string | null): PublicAddress | Wrong {
  const basePath = path.replace(/\/$/, "");
  const isPlain = /^(\/[A-Za-z0-9._~-]+)*$/.test(basePath) && !/\/\.{1,2}(\/|$)/.test(basePath);
  return isPlain ? { basePath, host } : wrongAddress;
}

const addressList = text((given) => {
  const entries = given.split(",").map((entry) => entry.trim());
  const wrong = entries.find((entry) => !isAddressOrRange(entry));
  if (wrong === undefined) return entries;
  return {
    wrong: `holds ${JSON.stringify(wrong)}. Give addresses or ranges with commas: 127.0.0.1,10.0.0.0/8.`,
  };
});

function isAddressOrRange(entry: string): boolean {
  const [address = "", prefix, ...rest] = entry.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

const packageIndex = text(
  (given) =>
    readPackageIndex(given, isLoopback) ?? {
      wrong:
        "is no package index. Give its address, and with commas further hosts of its files: https://pypi.org/simple.",
    },
);

const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

const logLevel = text((given) =>
  levels.includes(given) ? given : { wrong: `is not a level. Give one of ${levels.join(", ")}.` },
);

const ways = ["auto", "nested", "single-use"] as const;

const sandboxWay = text(
  (given) => ways.find((way) => way === given) ?? { wrong: `is not a way. Give one of ${ways.join(", ")}.` },
);

/** The origin to send to. Plain http would show the key to the network, so it is for loopback only. */
const apiOrigin = text((given) => {
  const url = URL.parse(given);
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.username + url.password + url.search + url.hash !== ""
  )
    return { wrong: "is not an address of the API. Give one such as https://openrouter.ai." };
  if (!/^\/?(api\/v1\/?)?$/.test(url.pathname))
    return { wrong: "has a path other than /api/v1. Give the address without it." };
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    return { wrong: "would send the key in the clear. Use https (http is for loopback only)." };
  return new URL(url.origin);
});

const keyText = text((given) =>
  /^[\x21-\x7e]+$/.test(given) && given.length <= limits.keyLength
    ? given
    : { wrong: "is not a key: it holds blanks or other characters that no key has. Copy it again." },
);

const signInText = text((given) =>
  /^[^\p{Cc}]+$/u.test(given) && given.length <= limits.keyLength
    ? given
    : { wrong: `must be 1 to ${limits.keyLength} characters without control characters.` },
);

const path = text((given) =>
  given !== "" && !given.includes("\0") ? given : { wrong: "is not a path. Give one that exists." },
);

/** One object for all settings, as the table names them; what is absent is absent. */
export const SettingValues = z.object({
  port: z.optional(portNumber),
  host: z.optional(hostAddress),
  noBrowser: z.optional(toggle),
  token: z.optional(signInText),
  password: z.optional(signInText),
  baseUrl: z.optional(publicAddress),
  trustedProxies: z.optional(addressList),
  data: z.optional(path),
  timeout: z.optional(milliseconds),
  maxTimeout: z.optional(milliseconds),
  ceiling: z.optional(amount),
  allowUnknownPrices: z.optional(toggle),
  simulator: z.optional(toggle),
  python: z.optional(path),
  packageIndex: z.optional(packageIndex),
  noPackageIndex: z.optional(toggle),
  sandbox: z.optional(sandboxWay),
  logLevel: z.optional(logLevel),
  databaseUrl: z.optional(z.string()),
  openrouterKey: z.optional(keyText),
  openrouterBaseUrl: z.optional(apiOrigin),
  sessionSecret: z.optional(z.string()),
  noColor: z.optional(z.string()),
});
export type SettingValues = z.infer<typeof SettingValues>;

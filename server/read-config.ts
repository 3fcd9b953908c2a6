/** Reads flags, environment and `.env` into the one Config, and tells every fault at once. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { parseEnv } from "node:util";
import { done, refused, type Result } from "../contract/failures.ts";
import { limits } from "../contract/limits.ts";
import type { Config, PythonPlaces } from "./config.ts";
import { defaultPackageIndex } from "./package-index.ts";
import { isLoopback, longestTimeoutMs, SettingValues } from "./setting-values.ts";
import { settingNames, settings, type SettingName } from "./settings-table.ts";

export type Command = "serve" | "doctor" | "run";

/** What configuration depends on besides the command line; tests hand in their own. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The text of `.env` in the working directory, null without one. The environment wins over it. */
  readonly dotEnv: string | null;
  readonly home: string;
  readonly directory: string;
  readonly isTerminal: boolean;
  /** Standard error goes to a terminal too: the log would stand between what a person is told. */
  readonly isLogOnTerminal: boolean;
  /** For `…_FILE`. Throws as `fs.readFileSync` does. */
  readonly readFile: (path: string) => string;
  readonly randomToken: () => string;
  /** See store/session-secret.ts; makes the file when there is none. */
  readonly sessionSecrets: (given: string | null, dataDirectory: string) => Result<string[], string>;
}

/** `flags` as `readFlags` found them. The error is one sentence per fault, each naming the setting and the fix. */
export function readConfig(
  command: Command,
  flags: ReadonlyMap<string, readonly string[]>,
  around: Surroundings,
): Result<Config, readonly string[]> {
  const { given, faults } = gather(command, flags, around);
  const texts = Object.fromEntries([...given].map(([name, { text }]) => [name, text]));
  const parsed = SettingValues.safeParse(texts);
  for (const issue of parsed.error?.issues ?? []) {
    const name = issue.path[0] as SettingName;
    faults.push(`${sourceOf(given, name)} ${shown(given, name)}${issue.message}`);
  }
  faults.push(...crossFaults(given));
  const config = configOf(command, parsed.data ?? {}, given, around);
  if (config.runTimeoutDefaultMs > config.runTimeoutMaxMs)
    faults.push(
      `${sourceOf(given, "timeout")} is longer than --max-timeout allows. Lower it, or raise that.`,
    );
  if (command !== "serve") return faults.length === 0 ? done(config) : refused(faults);

  // With faults elsewhere nothing is made on disk; a given secret is still looked at, so that its fault is told now.
  const secret = given.get("sessionSecret")?.text ?? null;
  if (faults.length > 0 && secret === null) return refused(faults);
  const secrets = around.sessionSecrets(secret, config.dataDirectory);
  if (!secrets.ok) faults.push(secrets.error);
  return secrets.ok && faults.length === 0
    ? done({ ...config, sessionSecrets: secrets.value })
    : refused(faults);
}

type Values = Readonly<Record<string, string | undefined>>;

interface Given {
  readonly text: string;
  readonly from: "flag" | "environment" | ".env";
  /** As the operator wrote it: "--port", "PORT", "PORT in .env". */
  readonly source: string;
}

/** Finds each setting's text: flag, then environment, then `.env`. */
function gather(
  command: Command,
  flags: ReadonlyMap<string, readonly string[]>,
  around: Surroundings,
): { readonly given: Map<SettingName, Given>; readonly faults: string[] } {
  const given = new Map<SettingName, Given>();
  const faults: string[] = [];
  const dotEnv = around.dotEnv === null ? {} : parseEnv(around.dotEnv);
  for (const name of settingNames) {
    const { flag, variable, isSecret, run } = settings[name];
    if (command === "run" && !run) continue;
    const typed = flag === null ? undefined : flags.get(flag)?.at(-1);
    if (flag !== null && typed !== undefined) {
      given.set(name, { text: typed, from: "flag", source: flag });
      continue;
    }
    const layers = [
      { from: "environment", values: around.environment, where: "" },
      { from: ".env", values: dotEnvFor(command, name, dotEnv), where: " in .env" },
    ] as const;
    for (const { from, values, where } of layers) {
      const found = fromLayer(values, variable, isSecret, around);
      if (found === null) continue;
      if (typeof found === "object") faults.push(found.fault);
      else given.set(name, { text: found, from, source: `${variable}${where}` });
      break;
    }
  }
  return { given, faults };
}

/**
 * `run` works in any directory, also one whose `.env` somebody else wrote: from there it takes a key and its address only,
 * and opens no file that is named there.
 */
function dotEnvFor(command: Command, name: SettingName, dotEnv: Values): Values {
  if (command !== "run") return dotEnv;
  if (name !== "openrouterKey" && name !== "openrouterBaseUrl") return {};
  const { variable } = settings[name];
  return { [variable]: dotEnv[variable] };
}

/** The variable, or what its file holds. An empty variable is an absent one, but for HOST, where it would mean "everywhere". */
function fromLayer(
  values: Values,
  variable: string,
  isSecret: boolean,
  around: Surroundings,
): string | { readonly fault: string } | null {
  const direct = values[variable];
  const isSet = direct !== undefined && (direct !== "" || variable === settings.host.variable);
  const file = isSecret ? values[`${variable}_FILE`] : undefined;
  if (file === undefined || file === "") return isSet ? direct : null;
  if (isSet) return { fault: `${variable} and ${variable}_FILE are both set. Set one of them.` };
  try {
    return around.readFile(path.resolve(around.directory, file)).replace(/\r?\n$/, "");
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return { fault: `${variable}_FILE can't be read (${cause}). Name a file that this user can read.` };
  }
}

const leastSecretLength = 8;

/** What two settings say together. */
function crossFaults(given: ReadonlyMap<SettingName, Given>): string[] {
  const faults: string[] = [];
  const token = given.get("token");
  const password = given.get("password");
  if (token !== undefined && password !== undefined)
    faults.push(`${token.source} and ${password.source} are both set. Give one: they mean the same.`);
  const host = given.get("host");
  if (host !== undefined && !isLoopback(host.text)) {
    const secret = (password ?? token)?.text ?? "";
    if (secret.length < leastSecretLength) {
      faults.push(
        `${host.source} ${quoted(host.text)}would open this server to other machines: set a password of at least ` +
          `${leastSecretLength} characters with ${settings.password.variable} (or --password), or leave --host out.`,
      );
    }
  }
  const target = given.get("openrouterBaseUrl");
  const key = given.get("openrouterKey");
  if (target?.from === ".env" && key?.from === "environment") {
    faults.push(
      `${target.source}: a file in this directory may not choose where the key of your environment is sent. ` +
        `Set both in the same place.`,
    );
  }
  return faults;
}

function configOf(
  command: Command,
  values: Partial<SettingValues>,
  given: ReadonlyMap<SettingName, Given>,
  around: Surroundings,
): Config {
  const xdg = around.environment["XDG_DATA_HOME"];
  const share = xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(around.home, ".local", "share");
  const dataDirectory = path.resolve(around.directory, values.data ?? path.join(share, "openrouter-ide"));
  const token = values.password ?? values.token;
  const maxMs = values.maxTimeout ?? (command === "run" ? longestTimeoutMs : limits.runTimeoutMaxMs);
  return {
    host: values.host ?? "127.0.0.1",
    port: values.port ?? 6174,
    portIsFixed: given.has("port"),
    basePath: values.baseUrl?.basePath ?? "",
    publicHosts: values.baseUrl?.host == null ? [] : [values.baseUrl.host],
    token: token ?? around.randomToken(),
    tokenIsGiven: token !== undefined,
    openBrowser: around.isTerminal && values.noBrowser !== true,
    dataDirectory,
    databaseUrl: values.databaseUrl ?? `sqlite:${path.join(dataDirectory, "openrouter-ide.db")}`,
    sessionSecrets: [],
    openrouterKey: values.openrouterKey ?? null,
    openrouterOrigin: values.openrouterBaseUrl ?? new URL("https://openrouter.ai"),
    ceilingUsd: values.ceiling ?? null,
    allowUnknownPrices: values.allowUnknownPrices ?? false,
    simulator: values.simulator ?? false,
    trustedProxies: values.trustedProxies ?? [],
    runTimeoutDefaultMs: values.timeout ?? Math.min(limits.runTimeoutDefaultMs, maxMs),
    runTimeoutMaxMs: maxMs,
    logLevel: values.logLevel ?? levelFor(command, around),
    python: values.python === undefined ? null : path.resolve(around.directory, values.python),
    sandboxWay: values.sandbox ?? "auto",
    pythonPlaces: pythonPlacesOf(around),
    packageIndex: values.noPackageIndex === true ? null : (values.packageIndex ?? defaultPackageIndex),
  };
}

/** As shells and pyenv leave them; only whole paths count, since a relative one means something else in each directory. */
function levelFor(command: Command, { isLogOnTerminal }: Surroundings): string {
  if (command !== "serve") return "silent";
  return isLogOnTerminal ? "warn" : "info";
}

function pythonPlacesOf({ environment, home }: Surroundings): PythonPlaces {
  const absolute = (name: string): string | null => {
    const value = environment[name];
    return value !== undefined && path.isAbsolute(value) ? value : null;
  };
  return {
    searchPath: (environment["PATH"] ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder)),
    virtualEnvironment: absolute("VIRTUAL_ENV"),
    pyenvRoot: absolute("PYENV_ROOT") ?? path.join(home, ".pyenv"),
    home,
  };
}

const sourceOf = (given: ReadonlyMap<SettingName, Given>, name: SettingName): string =>
  given.get(name)?.source ?? settings[name].variable;

const shown = (given: ReadonlyMap<SettingName, Given>, name: SettingName): string =>
  settings[name].isSecret ? "" : quoted(given.get(name)?.text ?? "");

const quoted = (text: string): string => `${JSON.stringify(text.slice(0, 80))} `;

/** The real surroundings of this process. `.env` that can't be read counts as absent: it is optional. */
export function systemSurroundings(sessionSecrets: Surroundings["sessionSecrets"]): Surroundings {
  return {
    environment: process.env,
    dotEnv: readDotEnv(),
    home: homedir(),
    directory: process.cwd(),
    isTerminal: process.stdout.isTTY && process.env["CI"] === undefined,
    isLogOnTerminal: process.stderr.isTTY,
    readFile: (file) => readFileSync(file, "utf8"),
    randomToken: () => randomBytes(24).toString("base64url"),
    sessionSecrets,
  };
}

function readDotEnv(): string | null {
  try {
    return readFileSync(".env", "utf8");
  } catch (error) {
    if (["ENOENT", "EACCES", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}

/** What the operator decided, read once at start from flags, environment and `.env`, and handed down from here. */
import type { PackageIndex } from "./package-index.ts";

export interface Config {
  /** An address to bind to; anything but loopback needs `password`. */
  readonly host: string;
  readonly port: number;
  /** False: the next free port is taken when `port` is in use, and said. */
  readonly portIsFixed: boolean;
  /** Path prefix without a trailing slash: "" or "/ide". */
  readonly basePath: string;
  /** Further hosts the guard answers for ("ide.example.org", with a port when not 80/443); the public URL's is among them. */
  readonly publicHosts: readonly string[];
  /** The start token: random unless given. */
  readonly token: string;
  /** True when the operator gave the token or password, so it is not printed. */
  readonly tokenIsGiven: boolean;
  readonly openBrowser: boolean;
  /** Absolute; made with mode 0700. */
  readonly dataDirectory: string;
  /** "sqlite:…" or "postgres://…". */
  readonly databaseUrl: string;
  /** Newest first, each at least 32 bytes. */
  readonly sessionSecrets: readonly string[];
  readonly openrouterKey: string | null;
  /** Root of the API without "/api/v1": "https://openrouter.ai". */
  readonly openrouterOrigin: URL;
  /** What one run may cost where nothing else is set, USD; null for no ceiling. */
  readonly ceilingUsd: string | null;
  readonly allowUnknownPrices: boolean;
  /** True: the simulator answers even when there is a key. */
  readonly simulator: boolean;
  /** Addresses or CIDR ranges whose forwarded headers count. */
  readonly trustedProxies: readonly string[];
  readonly runTimeoutDefaultMs: number;
  readonly runTimeoutMaxMs: number;
  readonly logLevel: string;
  /** Absolute path of an interpreter, or null for the system's. */
  readonly python: string | null;
  /** Who makes the runs' namespaces: what this machine allows, or one way in any case. */
  readonly sandboxWay: "auto" | "nested" | "single-use";
  /** Where other interpreters may be found. */
  readonly pythonPlaces: PythonPlaces;
  /** Null: nothing is installed. */
  readonly packageIndex: PackageIndex | null;
}

export interface PythonPlaces {
  /** The directories of PATH. */
  readonly searchPath: readonly string[];
  /** $VIRTUAL_ENV, or null. */
  readonly virtualEnvironment: string | null;
  /** Where pyenv keeps its versions. */
  readonly pyenvRoot: string;
  readonly home: string;
}

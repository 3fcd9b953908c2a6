/** Every setting of the operator in one place: reading, --help and docs/settings.md are made from this table. */

export interface Setting {
  /** "--port"; null for what is only a variable, because a command line is visible to other users of the machine. */
  readonly flag: `--${string}` | null;
  readonly variable: string;
  /** What stands for the value in help; null for a switch. */
  readonly value: string | null;
  /** In words. */
  readonly fallback: string;
  /** Never repeated in a message, and also read from the file that VARIABLE_FILE names. */
  readonly isSecret: boolean;
  /** `openrouter-ide run` heeds it too. */
  readonly run: boolean;
  readonly says: string;
}

export const settings = {
  port: {
    flag: "--port",
    variable: "PORT",
    value: "NUMBER",
    fallback: "6174, or the next free one",
    isSecret: false,
    run: false,
    says: "Port to listen on. One that you name is taken or refused, never replaced; 0 takes any free one.",
  },
  host: {
    flag: "--host",
    variable: "HOST",
    value: "ADDRESS",
    fallback: "127.0.0.1",
    isSecret: false,
    run: false,
    says: "Address to listen on. Any but loopback needs --password or --token.",
  },
  noBrowser: {
    flag: "--no-browser",
    variable: "OPENROUTER_IDE_NO_BROWSER",
    value: null,
    fallback: "the browser is opened when started from a terminal",
    isSecret: false,
    run: false,
    says: "Print the address, but don't open it.",
  },
  token: {
    flag: "--token",
    variable: "OPENROUTER_IDE_TOKEN",
    value: "TEXT",
    fallback: "made at random and printed at each start",
    isSecret: true,
    run: false,
    says: "What the address must hold to sign in. Prefer the variable: other users of the machine see flags.",
  },
  password: {
    flag: "--password",
    variable: "OPENROUTER_IDE_PASSWORD",
    value: "TEXT",
    fallback: "none: the token signs in",
    isSecret: true,
    run: false,
    says: "The same under the name for people who type it. Give one of the two.",
  },
  baseUrl: {
    flag: "--base-url",
    variable: "BASE_URL",
    value: "PATH|URL",
    fallback: "/",
    isSecret: false,
    run: false,
    says: "Where the page stands behind a proxy: a path (/ide), or the whole public address (https://ide.example.org/ide).",
  },
  trustedProxies: {
    flag: "--trusted-proxies",
    variable: "OPENROUTER_IDE_TRUSTED_PROXIES",
    value: "LIST",
    fallback: "none",
    isSecret: false,
    run: false,
    says: "Addresses or ranges (10.0.0.0/8), with commas, whose X-Forwarded-… headers count.",
  },
  data: {
    flag: "--data",
    variable: "DATA_DIR",
    value: "DIRECTORY",
    fallback: "$XDG_DATA_HOME/openrouter-ide, else ~/.local/share/openrouter-ide",
    isSecret: false,
    run: false,
    says: "Where the database and the session secret are kept; made with mode 0700.",
  },
  timeout: {
    flag: "--timeout",
    variable: "OPENROUTER_IDE_TIMEOUT",
    value: "SECONDS",
    fallback: "30",
    isSecret: false,
    run: true,
    says: "Wall-clock limit of a run that asks for none itself.",
  },
  maxTimeout: {
    flag: "--max-timeout",
    variable: "OPENROUTER_IDE_MAX_TIMEOUT",
    value: "SECONDS",
    fallback: "600",
    isSecret: false,
    run: false,
    says: "The longest limit that a run may ask for.",
  },
  ceiling: {
    flag: "--ceiling",
    variable: "OPENROUTER_IDE_CEILING",
    value: "USD",
    fallback: "none",
    isSecret: false,
    run: true,
    says: "The most that the calls of one run may cost together, as 0.50; with serve, of sessions that set no ceilings themselves.",
  },
  allowUnknownPrices: {
    flag: "--allow-unknown-prices",
    variable: "OPENROUTER_IDE_ALLOW_UNKNOWN_PRICES",
    value: null,
    fallback: "under a ceiling, calls whose price nobody tells beforehand are refused",
    isSecret: false,
    run: true,
    says: "Send them all the same; they count once their price is told.",
  },
  simulator: {
    flag: "--simulator",
    variable: "OPENROUTER_IDE_SIMULATOR",
    value: null,
    fallback: "the simulator answers only where there is no key",
    isSecret: false,
    run: true,
    says: "Let the built-in simulator answer in place of OpenRouter, even when there is a key.",
  },
  python: {
    flag: "--python",
    variable: "OPENROUTER_IDE_PYTHON",
    value: "PATH",
    fallback: "/usr/bin/python3",
    isSecret: false,
    run: true,
    says: "Interpreter that runs the programs: 3.10 or newer, of the system or of a virtual environment.",
  },
  packageIndex: {
    flag: "--package-index",
    variable: "OPENROUTER_IDE_PACKAGE_INDEX",
    value: "URL[,HOST…]",
    fallback: "https://pypi.org/simple, with files from files.pythonhosted.org",
    isSecret: true,
    run: true,
    says: "Where Python packages are installed from, and the other hosts that its files may lie on. A name and password in the URL stay on the server.",
  },
  noPackageIndex: {
    flag: "--no-package-index",
    variable: "OPENROUTER_IDE_NO_PACKAGE_INDEX",
    value: null,
    fallback: "packages can be installed",
    isSecret: false,
    run: true,
    says: "Install nothing: programs get the packages that are there.",
  },
  sandbox: {
    flag: null,
    variable: "OPENROUTER_IDE_SANDBOX",
    value: "WAY",
    fallback: "auto",
    isSecret: false,
    run: true,
    says: "Who makes each run's namespaces: auto finds out what this machine allows; nested or single-use insists on one way.",
  },
  logLevel: {
    flag: null,
    variable: "LOG_LEVEL",
    value: "LEVEL",
    fallback: "info, on a terminal warn; silent for run",
    isSecret: false,
    run: true,
    says: "One of trace, debug, info, warn, error, fatal, silent.",
  },
  databaseUrl: {
    flag: null,
    variable: "DATABASE_URL",
    value: "URL",
    fallback: "sqlite:DIRECTORY/openrouter-ide.db in the data directory",
    isSecret: true,
    run: false,
    says: "sqlite:PATH, postgres://… or postgresql://….",
  },
  openrouterKey: {
    flag: null,
    variable: "OPENROUTER_API_KEY",
    value: "KEY",
    fallback: "none: each session brings its own, or the simulator answers",
    isSecret: true,
    run: true,
    says: "Key that pays for every session that has none of its own.",
  },
  openrouterBaseUrl: {
    flag: null,
    variable: "OPENROUTER_BASE_URL",
    value: "URL",
    fallback: "https://openrouter.ai",
    isSecret: false,
    run: true,
    says: "Where calls are sent: https, or http on loopback. A trailing /api/v1 is allowed.",
  },
  sessionSecret: {
    flag: null,
    variable: "SESSION_SECRET",
    value: "TEXT",
    fallback: "made once, in the data directory",
    isSecret: true,
    run: false,
    says: "Seals stored keys: at least 32 bytes. NEW,OLD rotates: NEW seals, both open.",
  },
  noColor: {
    flag: null,
    variable: "NO_COLOR",
    value: "1",
    fallback: "colour on a terminal",
    isSecret: false,
    run: true,
    says: "Plain text on terminals too.",
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

export const settingNames = Object.keys(settings) as SettingName[];

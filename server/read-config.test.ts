import { describe, expect, test } from "vitest";
import { done, refused } from "../contract/failures.ts";
import { readConfig, type Command, type Surroundings } from "./read-config.ts";
import { readFlags } from "./read-flags.ts";
import { settingNames, settings } from "./settings-table.ts";
import { checkSecrets } from "./store/vault.ts";

const flags = settingNames.flatMap((name) => {
  const { flag, value } = settings[name];
  return flag === null ? [] : [{ flag, value }];
});

function read(line: string, around: Partial<Surroundings> = {}, command: Command = "serve") {
  return readConfig(command, readFlags(line === "" ? [] : line.split(" "), flags).given, {
    environment: {},
    dotEnv: null,
    home: "/home/ann",
    directory: "/elsewhere",
    isTerminal: true,
    isLogOnTerminal: false,
    readFile: (path) => {
      throw new Error(`no ${path}`);
    },
    randomToken: () => "drawn-at-random",
    sessionSecrets: (given) => (given === null ? done(["made-once"]) : checkSecrets(given)),
    ...around,
  });
}

const config = (...args: Parameters<typeof read>) => {
  const result = read(...args);
  if (!result.ok) throw new Error(result.error.join("\n"));
  return result.value;
};
const faults = (...args: Parameters<typeof read>) => {
  const result = read(...args);
  return result.ok ? [] : result.error;
};

describe("without any setting", () => {
  test("the server is private, on the known port, with its data at home", () => {
    expect(config("")).toMatchObject({
      host: "127.0.0.1",
      port: 6174,
      portIsFixed: false,
      basePath: "",
      publicHosts: [],
      token: "drawn-at-random",
      tokenIsGiven: false,
      openBrowser: true,
      dataDirectory: "/home/ann/.local/share/openrouter-ide",
      databaseUrl: "sqlite:/home/ann/.local/share/openrouter-ide/openrouter-ide.db",
      sessionSecrets: ["made-once"],
      openrouterKey: null,
      simulator: false,
      trustedProxies: [],
      runTimeoutDefaultMs: 30_000,
      runTimeoutMaxMs: 600_000,
      logLevel: "info",
      python: null,
    });
    expect(config("").openrouterOrigin.href).toBe("https://openrouter.ai/");
  });

  test("the browser stays closed where nobody sits at a terminal", () => {
    expect(config("", { isTerminal: false }).openBrowser).toBe(false);
  });
});

describe("what wins", () => {
  const environment = { PORT: "7000" };
  const dotEnv = "PORT=8000\nHOST=127.0.0.2\n";

  test("a flag over the environment, the environment over .env", () => {
    expect(config("--port 9000", { environment, dotEnv }).port).toBe(9000);
    expect(config("", { environment, dotEnv }).port).toBe(7000);
    expect(config("", { dotEnv })).toMatchObject({ port: 8000, host: "127.0.0.2", portIsFixed: true });
  });

  test("an empty variable counts as absent", () => {
    expect(config("", { environment: { PORT: "", OPENROUTER_API_KEY: "" } }).port).toBe(6174);
  });
});

describe("accepted", () => {
  test.each([
    ["--host ::1", { host: "::1" }],
    ["--host [::1]", { host: "::1" }],
    ["--host localhost", { host: "127.0.0.1" }],
    ["--host 0.0.0.0 --password long-enough", { host: "0.0.0.0", token: "long-enough", tokenIsGiven: true }],
    ["--host :: --token long-enough", { host: "::", tokenIsGiven: true }],
    ["--port 0", { port: 0, portIsFixed: true }],
    ["--no-browser", { openBrowser: false }],
    ["--base-url /ide/", { basePath: "/ide", publicHosts: [] }],
    ["--base-url /", { basePath: "" }],
    ["--base-url https://ide.example.org/a/b", { basePath: "/a/b", publicHosts: ["ide.example.org"] }],
    ["--base-url https://ide.example.org:443", { basePath: "", publicHosts: ["ide.example.org"] }],
    ["--base-url http://ide.example.org:8080", { publicHosts: ["ide.example.org:8080"] }],
    [
      "--trusted-proxies 127.0.0.1,10.0.0.0/8,fd00::/8",
      { trustedProxies: ["127.0.0.1", "10.0.0.0/8", "fd00::/8"] },
    ],
    [
      "--data here",
      { dataDirectory: "/elsewhere/here", databaseUrl: "sqlite:/elsewhere/here/openrouter-ide.db" },
    ],
    ["--timeout 1.5", { runTimeoutDefaultMs: 1500 }],
    ["--max-timeout 10", { runTimeoutDefaultMs: 10_000, runTimeoutMaxMs: 10_000 }],
    ["--simulator", { simulator: true }],
    ["--python venv/bin/python", { python: "/elsewhere/venv/bin/python" }],
  ])("%s", (line, expected) => {
    expect(config(line)).toMatchObject(expected);
  });

  test.each([
    ["https://openrouter.ai/api/v1", "https://openrouter.ai"],
    ["https://eu.openrouter.ai/", "https://eu.openrouter.ai"],
    ["http://127.0.0.1:4000/api/v1/", "http://127.0.0.1:4000"],
    ["http://localhost:4000", "http://localhost:4000"],
    ["http://[::1]:4000", "http://[::1]:4000"],
  ])("OPENROUTER_BASE_URL=%s", (url, origin) => {
    expect(config("", { environment: { OPENROUTER_BASE_URL: url } }).openrouterOrigin.origin).toBe(origin);
  });

  test("secrets from the files that _FILE names, without the line's end", () => {
    const environment = { OPENROUTER_API_KEY_FILE: "secrets/key", OPENROUTER_IDE_PASSWORD_FILE: "/run/pass" };
    const readFile = (path: string) =>
      ({ "/elsewhere/secrets/key": "sk-or-v1-abc\n", "/run/pass": "open sesame" })[path] ?? "";
    expect(config("", { environment, readFile })).toMatchObject({
      openrouterKey: "sk-or-v1-abc",
      token: "open sesame",
    });
  });

  test("two session secrets, newest first", () => {
    const [newer, older] = ["n".repeat(32), "o".repeat(32)];
    expect(config("", { environment: { SESSION_SECRET: `${newer},${older}` } }).sessionSecrets).toEqual([
      newer,
      older,
    ]);
  });

  test.each(["1", "true", "YES", "on"])("a switch by variable: %s", (word) => {
    expect(config("", { environment: { OPENROUTER_IDE_SIMULATOR: word } }).simulator).toBe(true);
  });
});

describe("never open by accident: each is refused without a password of the operator's", () => {
  test.each([
    "0.0.0.0",
    "::",
    "[::]",
    "",
    "0",
    "0x0",
    "0x7f.1",
    "０.０.０.０",
    "０",
    "192.168.1.5",
    "127.0.0.1.",
    "127.1",
    "127.0.0.999",
    "::ffff:127.0.0.1",
    "localhost.",
    "LOCALHOST",
    "example.org",
    "*",
  ])("HOST=%s", (host) => {
    expect(faults("", { environment: { HOST: host } }).join()).toContain("HOST");
    expect(faults("", { environment: { HOST: host, OPENROUTER_IDE_PASSWORD: "short" } })).not.toEqual([]);
  });

  test.each(["", "0", "0x0", "０", "example.org"])("HOST=%s is no address even with a password", (host) => {
    expect(faults("", { environment: { HOST: host, OPENROUTER_IDE_PASSWORD: "long-enough" } })).not.toEqual(
      [],
    );
  });
});

describe("refused, naming the setting", () => {
  test.each([
    ["--port 65536", "--port"],
    ["--port -1", "--port"],
    ["--port 1e3", "--port"],
    ["--timeout 0", "--timeout"],
    ["--timeout 30s", "--timeout"],
    ["--timeout 700", "--timeout"],
    ["--max-timeout 99999999", "--max-timeout"],
    ["--base-url ide", "--base-url"],
    ["--base-url //evil.example", "--base-url"],
    ["--base-url /a/../b", "--base-url"],
    ["--base-url https://a@ide.example.org", "--base-url"],
    ["--base-url https://ide.example.org/?x=1", "--base-url"],
    ["--base-url ftp://ide.example.org", "--base-url"],
    ["--trusted-proxies proxy.local", "--trusted-proxies"],
    ["--trusted-proxies 10.0.0.0/33", "--trusted-proxies"],
    ["--token a --password b", "--token and --password"],
  ])("%s", (line, named) => {
    expect(faults(line)).toEqual([expect.stringContaining(named)]);
  });

  test.each([
    ["OPENROUTER_BASE_URL", "http://openrouter.ai"],
    ["OPENROUTER_BASE_URL", "http://127.0.0.1.evil.example"],
    ["OPENROUTER_BASE_URL", "https://user:pass@openrouter.ai"],
    ["OPENROUTER_BASE_URL", "https://openrouter.ai/other"],
    ["OPENROUTER_BASE_URL", "openrouter.ai"],
    ["OPENROUTER_API_KEY", "two words"],
    ["LOG_LEVEL", "loud"],
    ["OPENROUTER_IDE_NO_BROWSER", "maybe"],
  ])("%s=%s", (variable, value) => {
    expect(faults("", { environment: { [variable]: value } })).toEqual([expect.stringContaining(variable)]);
  });

  test("a session secret that is too short, without repeating it", () => {
    const [fault = ""] = faults("", { environment: { SESSION_SECRET: "hunter2" } });
    expect(fault).toContain("32");
    expect(fault).not.toContain("hunter2");
  });

  test("a key is never repeated", () => {
    expect(faults("", { environment: { OPENROUTER_API_KEY: "sk-or-v1 oops" } }).join()).not.toContain("oops");
  });

  test("a secret in two places, and a file that is not there", () => {
    const both = { SESSION_SECRET: "s".repeat(32), SESSION_SECRET_FILE: "f" };
    expect(faults("", { environment: both })).toEqual([expect.stringContaining("both set")]);
    expect(faults("", { environment: { SESSION_SECRET_FILE: "f" } })).toEqual([
      expect.stringContaining("SESSION_SECRET_FILE"),
    ]);
  });
});

describe("all at once", () => {
  test("every fault is told in one go, and no secret file is made meanwhile", () => {
    let made = 0;
    const sessionSecrets = (given: string | null) => {
      if (given === null) made++;
      return given === null ? done([]) : refused("SESSION_SECRET: too short");
    };
    const environment = { PORT: "x", LOG_LEVEL: "loud", SESSION_SECRET: "short" };
    expect(faults("--timeout soon", { environment, sessionSecrets })).toHaveLength(4);
    expect(faults("--timeout soon", { sessionSecrets })).toHaveLength(1);
    expect(made).toBe(0);
  });
});

describe("`run` works in a directory that somebody else filled", () => {
  test("its .env can bring a key, but nothing that acts on this machine", () => {
    const dotEnv = "OPENROUTER_IDE_PYTHON=/tmp/evil\nLOG_LEVEL=info\nOPENROUTER_API_KEY=sk-or-v1-theirs\n";
    expect(config("", { dotEnv }, "run")).toMatchObject({
      python: null,
      logLevel: "silent",
      openrouterKey: "sk-or-v1-theirs",
    });
  });

  test("its .env opens no file", () => {
    const opened: string[] = [];
    const readFile = (path: string) => {
      opened.push(path);
      return "secret";
    };
    config("", { dotEnv: "OPENROUTER_API_KEY_FILE=/home/ann/.ssh/id", readFile }, "run");
    expect(opened).toEqual([]);
  });

  test("its .env can't send the key of the environment elsewhere", () => {
    const dotEnv = "OPENROUTER_BASE_URL=https://evil.example\n";
    const environment = { OPENROUTER_API_KEY: "sk-or-v1-mine" };
    expect(faults("", { dotEnv, environment }, "run")).toEqual([
      expect.stringContaining("OPENROUTER_BASE_URL in .env"),
    ]);
  });

  test("settings of the server don't disturb it", () => {
    expect(
      faults("", { environment: { HOST: "0.0.0.0", PORT: "x", SESSION_SECRET: "short" } }, "run"),
    ).toEqual([]);
  });
});

describe("where Python and its packages come from", () => {
  test("PyPI, unless another index is named or none is wanted", () => {
    expect(config("").packageIndex?.url.href).toBe("https://pypi.org/simple");
    expect(config("--package-index https://ann:pw@x.test/simple,files.x.test").packageIndex).toMatchObject({
      credentials: "ann:pw",
      hosts: [{ name: "x.test" }, { name: "files.x.test" }],
    });
    expect(config("--no-package-index", { environment: {} }, "run").packageIndex).toBeNull();
  });

  test("an index that is none is told without repeating it: it may hold a password", () => {
    const [fault, ...others] = faults("--package-index http://ann:pw@x.test/simple");
    expect(fault).toMatch(/^--package-index is no package index\./);
    expect(fault).not.toContain("pw");
    expect(others).toEqual([]);
  });

  test("interpreters are looked for on PATH, in VIRTUAL_ENV and where pyenv keeps them, by whole paths only", () => {
    const environment = { PATH: "/a/bin:relative::/b/bin", VIRTUAL_ENV: "/venvs/x", PYENV_ROOT: "pyenv" };
    expect(config("", { environment }).pythonPlaces).toEqual({
      searchPath: ["/a/bin", "/b/bin"],
      virtualEnvironment: "/venvs/x",
      pyenvRoot: "/home/ann/.pyenv",
      home: "/home/ann",
    });
  });
});

test("on a terminal the log tells what is wrong only, unless more is asked for", () => {
  expect(config("").logLevel).toBe("info");
  expect(config("", { isLogOnTerminal: true }).logLevel).toBe("warn");
  expect(config("", { isLogOnTerminal: true, environment: { LOG_LEVEL: "debug" } }).logLevel).toBe("debug");
});

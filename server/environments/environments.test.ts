/** What an owner and a program get of environments: made when needed, shared when equal, replaced only by what works. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Installation } from "../../contract/environments.ts";
import type { Result } from "../../contract/failures.ts";
import type { InstallationId, OwnerId } from "../../contract/ids.ts";
import type { Caller } from "../http/handlers.ts";
import { createLog } from "../log.ts";
import { newId } from "../new-id.ts";
import { runProgram } from "../sandbox/sandbox-for-tests.ts";
import { openStore, type Store } from "../store/open-store.ts";
import { makeTestGround, noPlaces, testEnvironments, type TestGround } from "./environments-for-tests.ts";
import type { Environments } from "./environments.ts";
import { readPackageIndex } from "../package-index.ts";

let ground: TestGround;
let store: Store;
let environments: Environments;
beforeAll(async () => {
  ground = await makeTestGround();
  const opened = await openStore("sqlite::memory:", createLog("silent"));
  if (!opened.ok) throw new Error(opened.error.says);
  store = opened.value;
  environments = testEnvironments(ground, store.environments);
});
afterAll(async () => {
  await environments.close();
  await store.close();
  await ground.close();
});

const header = (...dependencies: string[]): string =>
  `# /// script\n# dependencies = ${JSON.stringify(dependencies)}\n# ///\n`;
const never = new AbortController().signal;
const valueOf = <T>(result: Result<T, { readonly says?: string }>): T => {
  if (!result.ok) throw new Error(result.error.says);
  return result.value;
};

async function signIn(): Promise<Caller> {
  const ownerId = newId<OwnerId>(Date.now());
  const dates = { createdAt: 1, lastSeenAt: 1, expiresAt: 10 };
  await store.sessions.create({ idHash: ownerId, ownerId, ...dates, key: null, model: null });
  return { ownerId, sessionIdHash: ownerId };
}

/** Runs a program as a run does: its environment first. */
async function run(
  caller: Caller,
  source: string,
  by = environments,
): Promise<{ readonly stdout: string; readonly notes: readonly string[] }> {
  const notes: string[] = [];
  const place = await by.environmentFor(caller.ownerId, source, (text) => void notes.push(text), never);
  const ran = await runProgram(ground.sandbox, source, { python: valueOf(place) });
  return { stdout: ran.stdout + ran.stderr, notes };
}

async function install(caller: Caller, ...requirements: string[]): Promise<Installation> {
  const input = { params: { environment: "managed" }, query: undefined, body: { requirements } };
  const begun = valueOf(await environments.handlers.install(input, caller));
  return new Promise((resolve) => {
    const stop = environments.watch.watch(caller.ownerId, (installation) => {
      if (installation.id !== begun.id || installation.state === "running") return;
      stop();
      resolve(installation);
    });
  });
}

const list = async (caller: Caller, by = environments) =>
  valueOf(
    await by.handlers.listEnvironments({ params: undefined, query: undefined, body: undefined }, caller),
  );

describe("a program with a header", () => {
  test("runs with exactly what it names, told in notes; the next time it is there", async () => {
    const ann = await signIn();
    const source = `${header("leaning")}import leaning, plain\nprint(plain.version)\nimport requests`;
    const { stdout, notes } = await run(ann, source);
    expect(stdout).toMatch(/^1\.1\n[^]*No module named 'requests'\n$/);
    expect(notes[0]).toMatch(/^Making an environment for Python 3\.\d+\.\d+ with leaning\.$/);
    expect(notes).toContainEqual(expect.stringMatching(/^Fetching leaning-1\.0-py3-none-any\.whl/));
    expect(notes.at(-1)).toMatch(/^The environment is ready after \d+\.\d s\.$/);
    const before = ground.index.asked.length;
    expect(await run(await signIn(), source)).toEqual({ stdout, notes: [] });
    expect(ground.index.asked).toHaveLength(before);
  });

  test("that names nothing runs with nothing, and needs no index", async () => {
    const offline = testEnvironments(ground, store.environments, { index: null });
    const { stdout } = await run(await signIn(), `${header()}import requests`, offline);
    expect(stdout).toContain("No module named 'requests'");
    await offline.close();
  });

  test("that can't be had is refused in words, and nothing is left", async () => {
    const { ownerId } = await signIn();
    const ask = async (source: string) =>
      environments.environmentFor(ownerId, source, () => undefined, never);
    const before = readdirSync(join(ground.directory, "kept"));
    expect(await ask(header("nowhere"))).toMatchObject({
      error: { says: expect.stringContaining("There is no package nowhere on localhost") },
    });
    expect(await ask("# /// script\n# dependencies = [1]\n# ///")).toMatchObject({
      error: { says: expect.stringContaining("Line 2: dependencies must be a list") },
    });
    expect(await ask('# /// script\n# requires-python = ">=4"\n# ///')).toMatchObject({
      error: { says: expect.stringMatching(/^The program needs Python >=4; this server has 3\./) },
    });
    expect(readdirSync(join(ground.directory, "kept"))).toEqual(before);
  });

  test("is made once for all who want it, and one who leaves stops nobody else", async () => {
    const source = header("plain", "contrary");
    const leaving = new AbortController();
    const [ann, bea] = [await signIn(), await signIn()];
    const before = ground.index.asked.length;
    const gone = environments.environmentFor(ann.ownerId, source, () => leaving.abort(), leaving.signal);
    const stays = environments.environmentFor(bea.ownerId, source, () => undefined, never);
    expect(await gone).toMatchObject({ error: { says: expect.stringContaining("cancelled") } });
    expect((await stays).ok).toBe(true);
    const fetched = ground.index.asked.slice(before).filter((path) => path.startsWith("/files/contrary"));
    expect(fetched).toHaveLength(1);
  });

  test("of which everybody has gone is not made", async () => {
    const ann = await signIn();
    const leaving = new AbortController();
    const onItsWay = ground.index.next("/files/slow");
    const asked = environments.environmentFor(ann.ownerId, header("slow"), () => undefined, leaving.signal);
    await onItsWay;
    leaving.abort();
    expect((await asked).ok).toBe(false);
    expect(await environments.placeOf(ann.ownerId, header("slow"))).toBeNull();
  });
});

test("who comes just when all others have gone gets it all the same", async () => {
  const [ann, bea] = [await signIn(), await signIn()];
  const source = header("bulky", "starting");
  const leaving = new AbortController();
  const onItsWay = ground.index.next("/simple/bulky");
  const gone = environments.environmentFor(ann.ownerId, source, () => undefined, leaving.signal);
  await onItsWay;
  leaving.abort();
  const comes = environments.environmentFor(bea.ownerId, source, () => undefined, never);
  expect((await gone).ok).toBe(false);
  expect((await comes).ok).toBe(true);
});

describe("installing", { concurrent: true }, () => {
  test("makes a new environment, chooses it, and tells the way there", async () => {
    const ann = await signIn();
    expect((await run(ann, "import leaning")).stdout).toContain("No module named 'leaning'");
    const heard: Installation[] = [];
    const stop = environments.watch.watch(ann.ownerId, (installation) => void heard.push(installation));
    const ended = await install(ann, "leaning");
    stop();
    expect(ended).toMatchObject({ state: "done", environmentId: "managed", says: "Installed leaning 1.0." });
    expect(ended.fetched.map(({ url }) => new URL(url).pathname)).toContain(
      "/files/leaning-1.0-py3-none-any.whl",
    );
    expect(ended.log).toContain("Successfully installed");
    expect(heard.length).toBeGreaterThan(1);
    expect((await run(ann, "import leaning, plain; print(plain.version)")).stdout).toBe("1.1\n");
    const shown = await list(ann);
    expect(shown.chosen).toBe("managed");
    expect(shown.environments.find(({ id }) => id === "managed")).toMatchObject({
      state: "ready",
      packages: [
        { name: "leaning", version: "1.0" },
        { name: "plain", version: "1.1" },
      ],
    });
  });

  test("adds to what was added before; a new wish for the same package takes its place", async () => {
    const ann = await signIn();
    await install(ann, "starting", "plain==1.0");
    expect(await install(ann, "Plain==1.1")).toMatchObject({ state: "done", says: "Installed plain 1.1." });
    const { stdout } = await run(ann, "import plain, sys; print(plain.version, sys.started)");
    expect(stdout).toBe("1.1 True\n");
  });

  test("that fails leaves the environment as it was, and says why", async () => {
    const ann = await signIn();
    await install(ann, "leaning");
    const failed = await install(ann, "contrary");
    expect(failed).toMatchObject({
      state: "failed",
      says: expect.stringContaining("can't be installed together"),
    });
    expect((await run(ann, "import leaning; print(1)")).stdout).toBe("1\n");
    const broken = await install(ann, "broken");
    expect(broken.says).toContain("The file of broken on localhost");
    expect((await run(ann, "import leaning; print(2)")).stdout).toBe("2\n");
  });

  test("can be cancelled, by its owner only", async () => {
    const [ann, bea] = [await signIn(), await signIn()];
    const input = { params: { environment: "managed" }, query: undefined, body: { requirements: ["slow"] } };
    const begun = valueOf(await environments.handlers.install(input, ann));
    const of = { params: { installation: begun.id }, query: undefined, body: undefined };
    expect(await environments.handlers.cancelInstallation(of, bea)).toMatchObject({
      error: { code: "not-found" },
    });
    expect(await environments.handlers.getInstallation(of, bea)).toMatchObject({
      error: { code: "not-found" },
    });
    expect(valueOf(await environments.handlers.getInstallation(of, ann)).state).toBe("running");
    const ended = valueOf(await environments.handlers.cancelInstallation(of, ann));
    expect(ended).toMatchObject({ state: "failed", says: expect.stringContaining("cancelled") });
    expect((await list(ann)).chosen).toBe("system");
  });

  test("too many at once, what is no requirement, and no such environment are refused", async () => {
    const ann = await signIn();
    const ask = (environment: string, ...requirements: string[]) =>
      environments.handlers.install(
        { params: { environment }, query: undefined, body: { requirements } },
        ann,
      );
    expect(await ask("managed", "--index-url=https://x.test", "plain")).toMatchObject({
      error: { code: "bad-request", fields: [{ field: "requirements.0" }] },
    });
    expect(await ask("venv-000000000000", "plain")).toMatchObject({ error: { code: "not-found" } });
    const begun: InstallationId[] = [];
    for (let n = 0; n < 4; n += 1) begun.push(valueOf(await ask("managed", "slow")).id);
    expect(await ask("managed", "plain")).toMatchObject({ error: { code: "too-many" } });
    for (const installation of begun.toReversed())
      await environments.handlers.cancelInstallation(
        { params: { installation }, query: undefined, body: undefined },
        ann,
      );
  });
});

describe("what a program lacks", () => {
  test("is told with what to install for it; its own files and what is there are not", async () => {
    const ann = await signIn();
    const source = "import os, requests, cv2, helpers, pkg.sub\nfrom leaning import x\nimport main";
    expect(
      await environments.missingOf(ann.ownerId, source, ["helpers.py", "pkg/__init__.py", "main.py"]),
    ).toEqual([
      { module: "cv2", distribution: "opencv-python-headless" },
      { module: "leaning", distribution: "leaning" },
    ]);
    await install(ann, "leaning");
    expect(await environments.missingOf(ann.ownerId, "import leaning, os, requests", [])).toEqual([
      { module: "requests", distribution: "requests" },
    ]);
  });

  test("is its header's own matter, where it has one", async () => {
    const { ownerId } = await signIn();
    expect(await environments.missingOf(ownerId, `${header("x")}import y`, [])).toEqual([]);
  });
});

describe("without an index", () => {
  const offline = (): Environments => {
    const index = readPackageIndex("https://localhost:1/simple", () => false);
    return testEnvironments(ground, store.environments, { index });
  };

  test("the system's packages serve whoever chose the managed environment, and a note says so", async () => {
    const [ann, by] = [await signIn(), offline()];
    const directory = join(ground.directory, "elsewhere");
    const fresh = testEnvironments(ground, store.environments, {
      directory,
      index: readPackageIndex("https://localhost:1/simple", () => false),
    });
    expect(await fresh.choose(ann, "managed")).toMatchObject({ ok: true });
    const { stdout, notes } = await run(ann, "import requests; print('there')", fresh);
    expect(stdout).toBe("there\n");
    expect(notes.at(-1)).toMatch(/Nobody answers at localhost:1.*The system's own packages serve instead/);
    expect(await fresh.checkIndex()).toContain("Nobody answers");
    const shown = await list(ann, fresh);
    expect(shown.index).toMatchObject({ reachable: false, says: expect.stringContaining("Nobody answers") });
    expect(
      shown.environments.find(({ kind }) => kind === "system")?.packages.map(({ name }) => name),
    ).toContain("requests");
    await Promise.all([by.close(), fresh.close()]);
  });

  test("a header that needs packages is refused at once, with what to do", async () => {
    const [{ ownerId }, by] = [await signIn(), offline()];
    const asked = await by.environmentFor(
      ownerId,
      header("plain", "starting", "leaning"),
      () => undefined,
      never,
    );
    expect(asked).toMatchObject({
      error: {
        says: expect.stringContaining("Nobody answers"),
        hint: expect.stringContaining("--package-index"),
      },
    });
    await by.close();
  });

  test("that is turned off, installing is refused", async () => {
    const [ann, by] = [await signIn(), testEnvironments(ground, store.environments, { index: null })];
    const input = { params: { environment: "managed" }, query: undefined, body: { requirements: ["x"] } };
    expect(await by.handlers.install(input, ann)).toMatchObject({ error: { code: "index-off" } });
    expect((await list(ann, by)).index).toEqual({ url: null, reachable: null, says: "It is turned off." });
    await by.close();
  });
});

describe("interpreters", () => {
  test("a virtual environment of the operator's and pyenv's versions are there, by name; shims are looked through", async () => {
    const venv = join(ground.directory, "operators");
    execFileSync("/usr/bin/python3", ["-I", "-m", "venv", "--without-pip", venv]);
    const pyenvRoot = join(ground.directory, "pyenv");
    for (const version of ["3.99.0", "broken"])
      mkdirSync(join(pyenvRoot, "versions", version, "bin"), { recursive: true });
    mkdirSync(join(pyenvRoot, "shims"));
    writeFileSync(join(pyenvRoot, "shims/python3"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    execFileSync("/usr/bin/python3", [
      "-I",
      "-m",
      "venv",
      "--without-pip",
      "--copies",
      join(pyenvRoot, "versions/3.99.0"),
    ]);
    const places = {
      ...noPlaces,
      virtualEnvironment: venv,
      pyenvRoot,
      searchPath: [join(pyenvRoot, "shims")],
    };
    const by = testEnvironments(ground, store.environments, { places });
    const ann = await signIn();
    const shown = (await list(ann, by)).environments;
    expect(shown.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      "system ready",
      "venv ready",
      "venv ready",
      "managed absent",
    ]);
    const own = shown.find(({ path }) => path === join(venv, "bin/python3"));
    expect(own).toMatchObject({
      name: expect.stringMatching(/^operators \(Python 3\.\d+\.\d+\)$/),
      packages: [],
    });
    expect(await by.choose(ann, own?.id ?? "")).toMatchObject({ ok: true });
    expect(await by.chosenOf(ann.ownerId)).toEqual({ id: own?.id, name: own?.name });
    expect((await run(ann, "import sys; print(sys.prefix)", by)).stdout).toBe(`${venv}\n`);
    await by.close();
    rmSync(venv, { recursive: true });
    expect(await environments.chosenOf(ann.ownerId)).toMatchObject({ id: "system" });
    expect((await run(ann, "import sys; print(sys.prefix)")).stdout).toBe("/usr\n");
  });

  test("one that breaks while the server runs is told in words, with its program not run", async () => {
    const venv = join(ground.directory, "breaking");
    execFileSync("/usr/bin/python3", ["-I", "-m", "venv", "--without-pip", venv]);
    const places = { ...noPlaces, virtualEnvironment: venv };
    const by = testEnvironments(ground, store.environments, { places });
    const ann = await signIn();
    const shown = (await list(ann, by)).environments.find(({ kind }) => kind === "venv");
    await by.choose(ann, shown?.id ?? "");
    rmSync(venv, { recursive: true });
    await expect(run(ann, "print(1)", by)).rejects.toThrow(/\w+ \w+/);
    const later = testEnvironments(ground, store.environments, { places });
    expect((await list(ann, later)).chosen).toBe("system");
    await Promise.all([by.close(), later.close()]);
  });

  test("one whose directory holds more than Python is not shown to programs", async () => {
    const venv = join(ground.directory, "home");
    execFileSync("/usr/bin/python3", ["-I", "-m", "venv", "--without-pip", venv]);
    mkdirSync(join(venv, "data"));
    const places = { ...noPlaces, virtualEnvironment: venv };
    const by = testEnvironments(ground, store.environments, { places, hidden: [join(venv, "data")] });
    const ann = await signIn();
    const shown = (await list(ann, by)).environments.find(({ kind }) => kind === "venv");
    expect(shown).toMatchObject({ state: "failed", says: expect.stringContaining("holds more than Python") });
    expect(await by.choose(ann, shown?.id ?? "")).toMatchObject({ error: { code: "environment-unusable" } });
    expect(await by.choose(ann, "interpreter-000000000000")).toMatchObject({ error: { code: "not-found" } });
    await by.close();
  });

  test("a root's own, which programs as other users can't enter, says so", async () => {
    const locked = join(ground.directory, "locked");
    mkdirSync(locked, { mode: 0o700 });
    const venv = join(locked, "venv");
    execFileSync("/usr/bin/python3", ["-I", "-m", "venv", "--without-pip", venv]);
    const by = testEnvironments(ground, store.environments, {
      places: { ...noPlaces, virtualEnvironment: venv },
      asOthers: true,
    });
    const shown = (await list(await signIn(), by)).environments.find(({ kind }) => kind === "venv");
    expect(shown?.says).toContain(`those can't enter ${locked}`);
    await by.close();
  });
});

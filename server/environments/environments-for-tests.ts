/** What this room's tests share: a real sandbox, an index of the tests' own, an interpreter, and a directory that programs can reach. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestIndex, type TestIndex } from "../../test/package-index.ts";
import { systemClock } from "../clock.ts";
import type { PythonPlaces } from "../config.ts";
import { createLog } from "../log.ts";
import type { EnvironmentStore } from "../store/environment-store.ts";
import { createEnvironments, type Environments, type EnvironmentsParts } from "./environments.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { makeTestSandbox } from "../sandbox/sandbox-for-tests.ts";
import { createIndexDialer } from "./index-dialer.ts";
import type { InstallerParts } from "./installer.ts";
import { findInterpreters, type Interpreter } from "./interpreters.ts";
import { readPackageIndex } from "../package-index.ts";

export interface TestGround {
  readonly sandbox: Sandbox;
  readonly index: TestIndex;
  readonly parts: InstallerParts;
  readonly interpreter: Interpreter;
  /** Absolute; everybody may enter it. */
  readonly directory: string;
  close(): Promise<void>;
}

/** Environments over that ground, with little in the base. */
export const testEnvironments = (
  ground: TestGround,
  choices: EnvironmentStore,
  change: Partial<EnvironmentsParts> = {},
): Environments =>
  createEnvironments({
    sandbox: ground.sandbox,
    choices,
    directory: join(ground.directory, "kept"),
    index: ground.parts.index,
    indexAuthorities: ground.index.authorityPem,
    inUseMs: 60_000,
    base: ["plain", "not-on-this-index"],
    places: noPlaces,
    chosen: null,
    asOthers: process.getuid?.() === 0,
    hidden: [],
    clock: systemClock,
    log: createLog("silent"),
    ...change,
  });

/** None but the system's. */
export const noPlaces: PythonPlaces = {
  searchPath: [],
  virtualEnvironment: null,
  pyenvRoot: "/nonexistent",
  home: "/nonexistent",
};

export async function makeTestGround(): Promise<TestGround> {
  const directory = mkdtempSync(join(tmpdir(), "orid-environments-"));
  chmodSync(directory, 0o755);
  const [sandbox, index] = await Promise.all([makeTestSandbox(), startTestIndex()]);
  const [interpreter] = await findInterpreters({
    places: noPlaces,
    chosen: null,
    asOthers: process.getuid?.() === 0,
    hidden: [],
  });
  const read = readPackageIndex(index.url, () => false);
  if (interpreter === undefined || read === null) throw new Error("this machine has no python3");
  const dialer = createIndexDialer(read, index.authorityPem);
  return {
    sandbox,
    index,
    interpreter,
    directory,
    parts: { sandbox, index: read, dialer, clock: systemClock, log: createLog("silent") },
    async close() {
      dialer.close();
      await sandbox.close();
      await index.close();
      rmSync(directory, { recursive: true });
    },
  };
}

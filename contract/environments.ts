/** Python environments: which interpreters and packages a session may run its programs with, and how more are installed. */
import * as z from "zod/mini";
import { EnvironmentId, InstallationId, Instant } from "./ids.ts";
import { limits } from "./limits.ts";

/**
 * `system`: what runs get when nothing is chosen; `interpreter`: another one of this machine; `venv`: the operator's
 * virtual environment; `managed`: the server's own, made when it is first needed, the only kind that packages are added to.
 */
export const EnvironmentKind = z.enum(["system", "interpreter", "venv", "managed"]);
export type EnvironmentKind = z.infer<typeof EnvironmentKind>;

export const Environment = z.object({
  id: EnvironmentId,
  name: z.string(),
  kind: EnvironmentKind,
  /** "3.11.2". */
  version: z.string(),
  /** Of the interpreter, as it is shown; null for managed ones. */
  path: z.nullable(z.string()),
  /** `failed`: it can't be used, and `says` tells why; `absent`: it is made when it is first needed. */
  state: z.enum(["ready", "making", "failed", "absent"]),
  says: z.nullable(z.string()),
  /** Installed distributions by name; of an absent one nothing is known. */
  packages: z.array(z.object({ name: z.string(), version: z.string() })),
});
export type Environment = z.infer<typeof Environment>;

export const Installation = z.object({
  id: InstallationId,
  /** The environment that grows: always a managed one. */
  environmentId: EnvironmentId,
  state: z.enum(["running", "done", "failed"]),
  requirements: z.array(z.string()),
  /** The end of what the installer wrote. */
  log: z.string(),
  /** What came through the server from the package index. */
  fetched: z.array(z.object({ url: z.string(), bytes: z.number(), ms: z.number() })),
  /** Once ended: what came of it, in words; before, what it is doing. */
  says: z.nullable(z.string()),
  startedAt: Instant,
  endedAt: z.nullable(Instant),
});
export type Installation = z.infer<typeof Installation>;

export const PackageIndex = z.object({
  /** Null when the operator has turned it off. */
  url: z.nullable(z.string()),
  /** Null when it was not asked yet. */
  reachable: z.nullable(z.boolean()),
  says: z.nullable(z.string()),
});
export type PackageIndex = z.infer<typeof PackageIndex>;

export const Environments = z.object({
  environments: z.array(Environment),
  chosen: EnvironmentId,
  index: PackageIndex,
});
export type Environments = z.infer<typeof Environments>;

export const ChooseEnvironment = z.strictObject({ id: EnvironmentId });

export const Install = z.strictObject({
  /** As pip takes them: "numpy", "pandas>=2,<3". Addresses and options are refused. */
  requirements: z
    .array(z.string().check(z.minLength(1), z.maxLength(limits.requirementLength)))
    .check(z.minLength(1), z.maxLength(limits.requirementsPerInstallation)),
});

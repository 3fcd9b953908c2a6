/** @anthropic-ai/sandbox-runtime used as a library: its wrapped command, spawned by the harness. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { python, spawningTarget } from "./spawning.ts";
import type { TargetKind } from "./target.ts";

const packageAtVersion = "@anthropic-ai/sandbox-runtime@0.0.83";
/** Git-ignored, and never a dependency of ours. */
const peers = new URL("../.peers/", import.meta.url);
const entry = new URL("node_modules/@anthropic-ai/sandbox-runtime/dist/index.js", peers);

/** What we use of its interface. */
interface SandboxRuntime {
  readonly SandboxManager: {
    initialize(config: object): Promise<void>;
    wrapWithSandbox(command: string): Promise<string>;
    reset(): Promise<void>;
  };
}

export const srtLib: TargetKind = {
  name: "srt-lib",
  says: "sandbox-runtime from npm as a library, no network allowed",
  mark: "",
  isSlow: false,
  async prepare() {
    const absent = ["bwrap", "socat", "rg"].filter((command) => !existsSync(`/usr/bin/${command}`));
    if (absent.length > 0) {
      return { ok: false, missing: "needs Debian's packages bubblewrap, socat and ripgrep" };
    }
    const installed = await install();
    if (!installed.ok) return installed;
    const { SandboxManager } = (await import(entry.href)) as SandboxRuntime;
    await SandboxManager.initialize({
      network: { allowedDomains: [], deniedDomains: [] },
      filesystem: { denyRead: [], allowWrite: [tmpdir()], denyWrite: [] },
    });
    const target = await spawningTarget("srt-lib", async () => ({
      file: "/bin/sh",
      args: ["-c", await SandboxManager.wrapWithSandbox(`${python} main.py`)],
    }));
    return {
      ok: true,
      target: {
        ...target,
        async [Symbol.asyncDispose]() {
          await target[Symbol.asyncDispose]();
          await SandboxManager.reset();
        },
      },
    };
  },
};

async function install(): Promise<{ readonly ok: true } | { readonly ok: false; readonly missing: string }> {
  if (existsSync(entry.pathname)) return { ok: true };
  await mkdir(peers, { recursive: true });
  await writeFile(join(peers.pathname, "package.json"), '{ "private": true }\n');
  const args = [
    "install",
    "--ignore-scripts",
    "--no-package-lock",
    "--no-audit",
    "--no-fund",
    packageAtVersion,
  ];
  const done = spawnSync("npm", args, { cwd: peers, timeout: 120_000, encoding: "utf8" });
  if (done.status === 0) return { ok: true };
  return { ok: false, missing: `npm could not install it: ${done.stderr.trim().split("\n")[0] ?? ""}` };
}

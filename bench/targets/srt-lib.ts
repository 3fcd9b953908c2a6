/** @anthropic-ai/sandbox-runtime used as a library: its wrapped command, spawned by the harness. */
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { peerEntry } from "./peer-packages.ts";
import { python, spawningTarget } from "./spawning.ts";
import type { TargetKind } from "./target.ts";

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
    const entry = peerEntry("@anthropic-ai/sandbox-runtime", "0.0.83");
    if (!entry.ok) return entry;
    const { SandboxManager } = (await import(entry.path)) as SandboxRuntime;
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

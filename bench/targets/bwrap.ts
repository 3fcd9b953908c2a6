/** Cold bubblewrap around python3, with the arguments that one usually gives it. */
import { existsSync } from "node:fs";
import { plainEnvironment, python, spawningTarget } from "./spawning.ts";
import type { TargetKind } from "./target.ts";

const bubblewrap = "/usr/bin/bwrap";

export const bwrapCommand = (
  folder: string,
): { readonly file: string; readonly args: readonly string[] } => ({
  file: bubblewrap,
  args: [
    ["--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"],
    ["--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/sbin", "/sbin"],
    ["--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--ro-bind", "/etc", "/etc"],
    ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--bind", folder, "/project"],
    ["--chdir", "/project", "--setenv", "PATH", plainEnvironment.PATH, "--setenv", "LANG", "C.UTF-8"],
    ["--setenv", "HOME", "/project", "--", python, "main.py"],
  ].flat(),
});

export const bwrap: TargetKind = {
  name: "bwrap",
  says: "the same in a new bubblewrap with all namespaces",
  mark: "",
  isSlow: false,
  async prepare() {
    if (!existsSync(bubblewrap)) return { ok: false, missing: "needs Debian's package bubblewrap" };
    return { ok: true, target: await spawningTarget("bwrap", bwrapCommand) };
  },
};

/** Opens the printed address in the user's browser; a machine without one loses nothing, the address is printed. */
import { spawn } from "node:child_process";

export function openBrowser(url: string, environment = process.env): void {
  const command = openerFor(process.platform, environment);
  if (command === null) return;
  const child = spawn(command, [url], { stdio: "ignore", detached: true });
  // No opener after all: the address stands in the terminal.
  child.on("error", () => child.removeAllListeners());
  child.unref();
}

/** Null without a desktop: there xdg-open would fall back to a text browser in the terminal, or to nothing. Pure. */
export function openerFor(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  if (platform === "darwin") return "open";
  if (environment["WSL_DISTRO_NAME"] !== undefined) return "wslview";
  const desktop = environment["DISPLAY"] ?? environment["WAYLAND_DISPLAY"] ?? "";
  return desktop === "" ? null : "xdg-open";
}

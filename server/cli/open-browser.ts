/** Opens the printed address in the user's browser; a machine without one loses nothing, the address is printed. */
import { spawn } from "node:child_process";

export function openBrowser(url: string): void {
  const command = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(command, [url], { stdio: "ignore", detached: true });
  // No desktop, no opener: the address stands in the terminal.
  child.on("error", () => child.removeAllListeners());
  child.unref();
}

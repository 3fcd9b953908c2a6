/** `npm run screenshot`: starts the product with its simulator, runs the starter program, opens the call, and saves docs/screenshot.png. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { ensurePage } from "./page-build.mjs";
import { root } from "./processes.mjs";

ensurePage();
const folder = mkdtempSync(path.join(tmpdir(), "openrouter-ide-screenshot-"));
const product = spawn(
  path.join(root, "bin/openrouter-ide"),
  ["serve", "--no-browser", "--simulator", "--port", "0", "--data", folder],
  { stdio: ["ignore", "pipe", "ignore"] },
);
try {
  const address = await new Promise((resolve, reject) => {
    product.once("error", reject);
    product.once("exit", (code) =>
      reject(new Error(`The product ended with ${code} before it printed an address.`)),
    );
    createInterface({ input: product.stdout }).on("line", (line) => {
      if (line.startsWith("Open ")) resolve(line.slice("Open ".length));
    });
  });
  const flags =
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags.split(" ") });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(address);
  await page.locator(".monaco-editor").first().waitFor();
  await page.keyboard.press("Control+Enter");
  await page.locator(".run-info", { hasText: "finished" }).waitFor();
  await page.getByRole("tab", { name: /Calls/ }).click();
  await page.getByRole("grid", { name: "Calls" }).getByRole("row").filter({ hasText: "200" }).click();
  await page.getByText("(simulated answer)").last().waitFor();
  await page.screenshot({ path: path.join(root, "docs/screenshot.png") });
  await browser.close();
} finally {
  if (product.exitCode === null) {
    product.kill("SIGTERM");
    await once(product, "exit");
  }
  rmSync(folder, { recursive: true, force: true });
}

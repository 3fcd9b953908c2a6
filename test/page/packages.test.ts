/** Pythons and packages: seen, searched, chosen; what a program lacks is offered once, installed while one looks on, and then there. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { whereKept } from "../../server/environments/where-kept.ts";
import { startTestIndex, type TestIndex } from "../package-index.ts";
import { openWorld, phone, type World } from "./product.ts";

let index: TestIndex;
let directory: string;
let world: World;
beforeAll(async () => {
  index = await startTestIndex();
  directory = mkdtempSync(join(tmpdir(), "orid-page-packages-"));
  writeFileSync(join(directory, "authority.pem"), index.authorityPem);
  world = await openWorld({
    args: ["--package-index", index.url],
    env: { NODE_EXTRA_CA_CERTS: join(directory, "authority.pem") },
  });
});
afterAll(async () => {
  const kept = whereKept(world.product.data, process.getuid?.() === 0);
  await world[Symbol.asyncDispose]();
  await index.close();
  for (const gone of [directory, kept]) rmSync(gone, { recursive: true, force: true });
});

describe("the chip in the foot", () => {
  test("names the Python that runs use, and opens the list of all with their packages to search", async () => {
    await using visit = await world.visit();
    const { ide } = visit;
    await ide.pythonChip.filter({ hasText: /^Python 3\.\d+ · system$/ }).click();
    const chosen = ide.pythonDialog.locator(".environment.chosen");
    await chosen.getByText(/\d+ packages/).waitFor();
    await chosen.getByRole("button", { name: /^Packages of/ }).click();
    await chosen.getByText("requests", { exact: false }).first().waitFor();
    await ide.pythonDialog.getByRole("searchbox").fill("httpx");
    await chosen.getByText("httpx", { exact: false }).waitFor();
    expect(await chosen.getByText("requests", { exact: false }).count()).toBe(0);
    await ide.pythonDialog.getByRole("searchbox").fill("<b>nothing</b>");
    await chosen.getByText("No package of that name.").waitFor();
  });

  test("opens a sheet that fits on a phone", async () => {
    await using visit = await world.visit({ size: phone });
    const { ide, page } = visit;
    await ide.pythonChip.click();
    await ide.pythonDialog.locator(".environment").first().waitFor();
    expect((await ide.pythonDialog.boundingBox())?.width).toBe(phone.width);
    expect(await page.evaluate("document.scrollingElement.scrollWidth - innerWidth")).toBe(0);
  });
});

describe("a package that a program lacks", () => {
  test("is offered as it is typed, installed while the page tells how it goes, and is there in the next run", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.write("import leaning\nprint('leaning is', leaning.version)");
    await ide.packageBar.getByText("leaning is not installed.").waitFor();
    await ide.packageBar.getByRole("button", { name: "Install leaning" }).click();
    await ide.packageBar.getByRole("button", { name: "Details" }).click();
    await ide.packageBar.getByText("leaning is installed.").waitFor();
    await page.getByText("leaning-1.0-py3-none-any.whl").first().waitFor();
    await page.getByRole("log", { name: "What the installer wrote" }).waitFor();
    await ide.packageBar.getByRole("button", { name: "Run" }).click();
    await ide.outputShows("leaning is 1.0");
    await ide.packageBar.waitFor({ state: "detached" });
    await ide.pythonChip.filter({ hasNotText: "system" }).waitFor();
  });

  test("and is turned down is not offered again, neither as it is typed nor when a run fails for it", async () => {
    await using visit = await world.visit();
    const { ide } = visit;
    await ide.write("import plain");
    await ide.packageBar.getByRole("button", { name: "Not now" }).click();
    await ide.packageBar.waitFor({ state: "detached" });
    await ide.run("import plain  # again");
    await ide.outputShows("No module named 'plain'");
    await ide.runIs("failed");
    expect(await ide.packageBar.count()).toBe(0);
    await ide.write("import plain, leaning");
    await ide.packageBar.getByText("leaning is not installed.").waitFor();
  });

  test("is offered when a run ended for want of it, though its text did not tell", async () => {
    await using visit = await world.visit();
    const { ide } = visit;
    await ide.run("__import__('plain')");
    await ide.packageBar.getByText("plain is not installed.").waitFor();
  });
});

describe("the field for packages", () => {
  test("says why one can't be installed, and offers to try again", async () => {
    await using visit = await world.visit();
    const { ide } = visit;
    await ide.pythonChip.click();
    await ide.pythonDialog.getByLabel("Install packages").fill("no-such-thing");
    await ide.pythonDialog.getByRole("button", { name: "Install", exact: true }).click();
    await ide.pythonDialog.getByText("no-such-thing could not be installed.").waitFor();
    await ide.pythonDialog.getByRole("button", { name: "Try again" }).waitFor();
    await ide.pythonDialog.getByRole("button", { name: "Dismiss" }).click();
    await ide.packageBar.waitFor({ state: "detached" });
  });

  test("starts what can be cancelled, and nothing has changed then", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.pythonChip.click();
    await ide.pythonDialog.getByLabel("Install packages").fill("slow");
    await page.keyboard.press("Enter");
    await ide.pythonDialog.getByText("Installing slow").waitFor();
    await page.keyboard.press("Escape");
    await ide.packageBar.getByRole("button", { name: "Cancel" }).click();
    await ide.packageBar.getByText("It was cancelled").waitFor();
    await ide.pythonChip.filter({ hasText: "system" }).waitFor();
  });
});

test("a program's own header is prepared for in words, in the panel and in the output", async () => {
  await using visit = await world.visit();
  const { ide } = visit;
  await ide.run(
    '# /// script\n# dependencies = ["plain==1.0"]\n# ///\nimport plain\nprint("plain is", plain.version)',
  );
  await ide.outputShows(/Making an environment for Python 3.* with plain==1\.0/);
  await ide.outputShows("plain is 1.0");
  await ide.runIs("finished");
});

/** What a person does with a call: copies it, saves it as a file that other tools open, and sends it again. */
import { mkdtemp, rm } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readHar, type Har } from "../har-12.ts";
import { openWorld, phone, type Visit, type World } from "./product.ts";
import { asking } from "./programs.ts";

let world: World;
let folder: string;
beforeAll(async () => {
  world = await openWorld();
  folder = await mkdtemp(join(tmpdir(), "orid-actions-"));
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Someone whose program has asked once. */
async function withCall(options: Parameters<World["visit"]>[0] = {}): Promise<Visit> {
  const visit = await world.visit(options);
  await visit.ide.run(asking("What is 2+2?"));
  await visit.ide.runIs("finished");
  await visit.ide.openPanel("Calls");
  await visit.ide.callRows.first().waitFor();
  return visit;
}

const clipboard = (page: Page): Promise<string> => page.evaluate<string>("navigator.clipboard.readText()");
const focused = (page: Page): Promise<string> =>
  page.evaluate<string>(
    "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()",
  );

/** Presses it, and answers with what the browser saved. */
async function saved(page: Page, name: string): Promise<{ readonly file: string; readonly har: Har }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name }).or(page.getByRole("button", { name })).click(),
  ]);
  const file = join(folder, download.suggestedFilename());
  await download.saveAs(file);
  return { file, har: readHar(readFileSync(file, "utf8")) };
}

test("by keyboard: the menu key opens the menu of the active row, arrows walk it, Escape gives the focus back", async () => {
  await using visit = await withCall();
  const { page, ide } = visit;
  const menu = page.getByRole("menu", { name: "Call 1" });
  await ide.calls.focus();
  await page.keyboard.press("Shift+F10");
  await menu.waitFor();
  await expect.poll(() => focused(page)).toBe("Copy as cURL");
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => focused(page)).toBe("Copy as requests");
  await page.keyboard.press("End");
  await expect.poll(() => focused(page)).toBe("Save as HAR");
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe("Calls");
  await page.keyboard.press("Shift+F10");
  await menu.waitFor();
  await expect.poll(() => focused(page)).toBe("Copy as cURL");
  await page.keyboard.press("Enter");
  await ide.noticeShows("Copied the cURL form of call 1.");
  expect(await clipboard(page)).toMatch(/^curl https:\/\/openrouter\.ai\/api\/v1\/chat\/completions \\\n/);
  await expect.poll(() => focused(page)).toBe("Calls");
});

test("by pointer, in the list and in the inspector; what can't be copied says why", async () => {
  await using visit = await withCall();
  const { page, ide } = visit;
  await ide.callRows.first().click({ button: "right" });
  await page.getByRole("menuitem", { name: "Copy the answer" }).click();
  await ide.noticeShows("Copied the answer of call 1.");
  expect(await clipboard(page)).toContain("4");
  await ide.callRows.first().click();
  const actions = ide.inspector.getByRole("button", { name: "Actions for this call" });
  await actions.click();
  await page.getByRole("menuitem", { name: "Copy as OpenAI SDK" }).click();
  await ide.noticeShows("Copied the OpenAI SDK form of call 1.");
  expect(await clipboard(page)).toContain("client.chat.completions.create(");
  // Escape closes the menu and leaves the inspector open.
  await actions.click();
  await page.getByRole("menu", { name: "Call 1" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("menu", { name: "Call 1" }).waitFor({ state: "detached" });
  expect(await ide.inspector.isVisible()).toBe(true);
  await ide.run(
    "import urllib.request\nurllib.request.urlopen('https://openrouter.ai/api/v1/models').read()\nprint('listed')\n",
  );
  await ide.outputShows("listed");
  await ide.openPanel("Calls");
  await ide.callRows.first().click({ button: "right" });
  await page.getByRole("menuitem", { name: "Copy as OpenAI SDK" }).click();
  await ide.noticeShows("no method for this address");
});

test("a call and its run are saved as HAR, which another tool plays back", async () => {
  await using visit = await withCall();
  const { page, ide, context } = visit;
  await ide.callRows.first().click({ button: "right" });
  const one = await saved(page, "Save as HAR");
  const all = await saved(page, "Save the run's calls as HAR");
  expect(one.file).toMatch(/-call-1\.har$/);
  const [entry] = all.har.log.entries;
  expect(all.har.log.entries).toEqual(one.har.log.entries);
  const times = entry?._events.map(({ atMs }) => atMs) ?? [];
  expect(times.length).toBeGreaterThan(3);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(entry?._openrouter["costUsd"]).toMatch(/^0\.\d+$/);

  // Playwright answers a page of a browser from the file alone.
  const elsewhere = await context.browser()?.newContext();
  if (elsewhere === undefined) throw new Error("no browser");
  await elsewhere.route("https://openrouter.ai/", (route) =>
    route.fulfill({ contentType: "text/html", body: "" }),
  );
  await elsewhere.routeFromHAR(all.file, { url: "https://openrouter.ai/api/**", notFound: "abort" });
  const player = await elsewhere.newPage();
  await player.goto("https://openrouter.ai/");
  const body = entry?.request.postData?.text ?? "";
  const played = await player.evaluate<string>(
    `fetch("/api/v1/chat/completions", { method: "POST", headers: { "content-type": "application/json" }, body: ${JSON.stringify(body)} })
      .then(async (reply) => reply.status + " " + (await reply.text()))`,
  );
  expect(played).toBe(`200 ${entry?.response.content.text}`);
  await elsewhere.close();
});

test("edited and sent again it comes into the list as a new call, beside the first", async () => {
  await using visit = await withCall();
  const { page, ide } = visit;
  await ide.callRows.first().click({ button: "right" });
  await page.getByRole("menuitem", { name: "Edit and send again…" }).click();
  const dialog = page.getByRole("dialog", { name: "Send call 1 again" });
  const field = dialog.getByRole("textbox", { name: "Body of the request" });
  const text = await field.inputValue();
  expect(JSON.parse(text)).toMatchObject({ stream: true });
  await field.fill(`${text} x`);
  await dialog.getByText("Not JSON, and sent as it stands").waitFor();
  await dialog.getByRole("button", { name: "Put it back" }).click();
  expect(await field.inputValue()).toBe(text);
  await field.fill(text.replace("2+2", "3+4"));
  await field.press("Control+Enter");
  await dialog.waitFor({ state: "detached" });
  await ide.callRows.nth(1).waitFor();
  const compared = ide.inspector.getByRole("region", { name: "Compared with the first" });
  await compared.getByRole("button", { name: "call 1" }).waitFor();
  await expect.poll(() => ide.inspector.innerText()).toContain("7");
  await ide.callRows.nth(1).getByText("200").waitFor();
  // It is there after a reload, too.
  await page.reload();
  await ide.callRows.nth(1).waitFor();
});

test("a call that was sent again can be stopped", async () => {
  await using visit = await withCall();
  const { page, ide } = visit;
  await ide.callRows.first().click({ button: "right" });
  await page.getByRole("menuitem", { name: "Edit and send again…" }).click();
  const field = page.getByRole("textbox", { name: "Body of the request" });
  const text = await field.inputValue();
  await field.fill(text.replace(/"model": "[^"]*"/, '"model": "simulator/stream-stall"'));
  await page.getByRole("button", { name: /^Send edited/ }).click();
  await ide.callRows.nth(1).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Stop this call" }).click();
  await ide.inspector.getByText("Stopped by you before the reply was whole.").waitFor();
});

test("on a phone the same menu is a sheet under the inspector's button", async () => {
  await using visit = await withCall({ size: phone });
  const { page, ide } = visit;
  await ide.callRows.first().click();
  await ide.inspector.getByRole("button", { name: "Actions for this call" }).click();
  await page.getByRole("menuitem", { name: "Copy as fetch" }).click();
  await ide.noticeShows("Copied the fetch form of call 1.");
  expect(await clipboard(page)).toContain("await fetch(");
});

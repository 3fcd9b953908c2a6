/** Where the sandbox can't start nothing is run, and the page says why and how to mend it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, phone, type World } from "./product.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld({ args: ["--python", "/nowhere/python3"] });
});
afterAll(() => world[Symbol.asyncDispose]());

test("the reason and the way out stand over the page, and Run is off by button and by key", async () => {
  await using visit = await world.visit();
  const { ide, page } = visit;
  const banner = page.getByRole("alert").filter({ hasText: "No program can be run" });
  await banner.filter({ hasText: "/nowhere/python3" }).waitFor();
  expect(await banner.innerText()).toMatch(/--python|doctor|Install/);
  await page.locator(".status").getByText("no sandbox").waitFor();
  expect(await page.getByRole("button", { name: /^Run/ }).isDisabled()).toBe(true);
  await ide.run();
  await ide.noticeShows("/nowhere/python3");
  expect(page.url()).toBe(`${world.product.origin}/`);
});

test("everything else works: programs are written, saved and found", async () => {
  await using visit = await world.visit();
  const { ide } = visit;
  await ide.write('"""For later."""');
  await ide.saveAs();
  await ide.snippet("For later").waitFor();
});

test("on a phone the same is said, and fits", async () => {
  await using visit = await world.visit({ size: phone });
  const { page } = visit;
  await page.getByRole("alert").filter({ hasText: "/nowhere/python3" }).waitFor();
  expect(await page.locator(".run-button.floating").isDisabled()).toBe(true);
  expect(await page.evaluate("document.scrollingElement.scrollWidth - innerWidth")).toBe(0);
});

/** The keys that people bring along from elsewhere. */
import { afterAll, beforeAll, describe, test } from "vitest";
import { openWorld, type World } from "./product.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

describe("keys", () => {
  test.each(["Control+Enter", "Shift+Enter", "F5"])(
    "%s runs the program from inside the editor",
    async (key) => {
      await using visit = await world.visit();
      const { ide, page } = visit;
      await ide.write(`print("by ${key}")`);
      await page.keyboard.press(key);
      await ide.outputShows(`by ${key}`);
    },
  );

  test("Ctrl+B and Ctrl+J hide and show side bar and panel", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await page.locator(".monaco-editor .view-lines").first().click();
    await page.keyboard.press("Control+B");
    await ide.snippets.waitFor({ state: "detached" });
    await page.keyboard.press("Control+B");
    await ide.snippets.waitFor();
    await page.keyboard.press("Control+J");
    await page.getByRole("region", { name: "Run" }).waitFor({ state: "hidden" });
    await page.keyboard.press("Control+J");
    await page.getByRole("region", { name: "Run" }).waitFor();
  });

  test("F1 opens the palette, Ctrl+Shift+H and ? outside of the editor the sheet of keys", async () => {
    await using visit = await world.visit();
    const { page } = visit;
    await page.locator(".monaco-editor .view-lines").first().click();
    await page.keyboard.press("F1");
    await page.locator(".quick-input-widget").waitFor();
    await page.keyboard.type("Run the program");
    await page.locator(".quick-input-list").getByText("Run the program").first().waitFor();
    await page.keyboard.press("Escape");
    const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await page.keyboard.press("Control+Shift+H");
    await sheet.waitFor();
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
    await page.getByRole("tab", { name: "Calls" }).focus();
    await page.keyboard.press("?");
    await sheet.waitFor();
  });
});

/** The same page on a phone: nothing wider than the screen, and the main trip by thumb. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, phone, type World } from "./product.ts";
import { asking } from "./programs.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const widerThanScreen = `document.scrollingElement.scrollWidth - innerWidth`;

describe("on a phone", () => {
  test("the starter runs by the floating button, and its call opens over everything", async () => {
    await using visit = await world.visit({ size: phone });
    const { ide, page } = visit;
    await page.locator(".run-button.floating").click();
    await ide.outputShows("(simulated answer)");
    await ide.openPanel("Calls");
    await ide.callRows.first().click();
    const sheet = page.getByRole("dialog", { name: "Call" });
    await sheet.getByText("simulated, nothing is charged").waitFor();
    expect(await page.evaluate(widerThanScreen)).toBe(0);
    await sheet.getByRole("button", { name: "Close the inspector" }).click();
    await sheet.waitFor({ state: "detached" });
  });

  test("snippets are saved, found and loaded in their sheet", async () => {
    await using visit = await world.visit({ size: phone });
    const { ide, page } = visit;
    await ide.write(asking("By thumb?"));
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: /Save/ }).first().click();
    await ide.saving.getByRole("textbox").fill("By thumb");
    await ide.saving.getByRole("button", { name: "Save" }).click();
    await ide.saving.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "New program" }).click();
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Show the snippets" }).click();
    await ide.snippet("By thumb").getByRole("button").first().click();
    await page.getByRole("dialog", { name: "Snippets" }).waitFor({ state: "detached" });
    await page.locator(".program-tab").filter({ hasText: "By thumb" }).waitFor();
    expect(await page.evaluate(widerThanScreen)).toBe(0);
  });

  test("model and key open as sheets that fit", async () => {
    await using visit = await world.visit({ size: phone });
    const { ide, page } = visit;
    await ide.modelChip.click();
    await ide.modelDialog.getByRole("option").first().waitFor();
    const box = await ide.modelDialog.boundingBox();
    expect(box?.width).toBe(phone.width);
    await page.keyboard.press("Escape");
    await ide.keyChip.click();
    await ide.keyDialog.getByLabel("Paste a key").waitFor();
    expect((await ide.keyDialog.boundingBox())?.width).toBe(phone.width);
    expect(await page.evaluate(widerThanScreen)).toBe(0);
  });
});

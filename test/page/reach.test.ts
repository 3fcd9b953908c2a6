/** What programs may reach is said in one place, off until somebody turns it on, with a warning in plain words. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type World } from "./product.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

test("a person opens a host and the account by the menu, and finds both as they were left", async () => {
  await using visit = await world.visit();
  const { page } = visit;
  const dialog = page.getByRole("dialog", { name: "What programs may reach" });
  const open = async (): Promise<void> => {
    await page.keyboard.press("F1");
    await page.locator(".quick-input-widget").waitFor();
    await page.keyboard.type("What programs may reach");
    await page.locator(".quick-input-list").getByText("What programs may reach").first().waitFor();
    await page.keyboard.press("Enter");
    await dialog.waitFor();
  };
  await page.locator(".monaco-editor .view-lines").first().click();
  await open();
  const hosts = dialog.getByLabel("Other hosts");
  const account = dialog.getByRole("switch", { name: "Manage the OpenRouter account" });
  expect(await hosts.inputValue()).toBe("");
  expect(await account.isChecked()).toBe(false);
  await dialog.getByText("any program that you run can make keys").waitFor();
  await hosts.fill("127.0.0.1");
  await dialog.getByText("“127.0.0.1” is not the name of a host").waitFor();
  expect(await dialog.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
  await hosts.fill("https://API.example.com/v1, files.example.org");
  await account.check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("New hosts count from the next run").waitFor();
  expect(await hosts.inputValue()).toBe("api.example.com\nfiles.example.org");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.reload();
  await page.locator(".monaco-editor .view-lines").first().click();
  await open();
  expect(await hosts.inputValue()).toBe("api.example.com\nfiles.example.org");
  expect(await account.isChecked()).toBe(true);
});

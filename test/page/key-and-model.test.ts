/** The key chip and the model chip: what is pasted, what is answered, and that a key is never seen again. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { knownKeys } from "../../server/simulator/keys.ts";
import { openWorld, type World } from "./product.ts";
import { asking } from "./programs.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const goodKey = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;

describe("a pasted key", () => {
  test("that is none is answered in words, with where to get one", async () => {
    await using visit = await world.visit();
    visit.expectComplaints(/status of 400/);
    const { ide, page } = visit;
    await ide.keyChip.click();
    await page.keyboard.type("not a key");
    await page.keyboard.press("Enter");
    await ide.keyDialog.getByText("That is not an OpenRouter key.").waitFor();
    const link = ide.keyDialog.getByRole("link");
    expect(await link.getAttribute("href")).toBe("https://openrouter.ai/settings/keys");
    expect(await link.getAttribute("rel")).toBe("noopener noreferrer");
    expect(await ide.keyDialog.getByLabel("Paste a key").inputValue()).toBe("");
    await page.keyboard.press("Escape");
    await ide.keyDialog.waitFor({ state: "detached" });
    await ide.keyChip.filter({ hasText: "no key" }).waitFor();
  });

  test("that OpenRouter does not know is answered in words", async () => {
    await using visit = await world.visit();
    visit.expectComplaints(/status of 400/);
    const { ide, page } = visit;
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(knownKeys.unknown)})`);
    await ide.keyChip.click();
    await page.keyboard.press("Control+V");
    await ide.keyDialog.getByText("OpenRouter does not accept this key").waitFor();
    await ide.keyDialog.getByText(/Copy it again/).waitFor();
  });

  test("that works is checked at once, named by its end alone, and found nowhere in the page", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(goodKey)})`);
    await ide.keyChip.click();
    await page.keyboard.press("Control+V");
    await ide.keyDialog.getByText("The key works").waitFor();
    await ide.keyChip.filter({ hasText: "key …cdef" }).waitFor();
    const everything = (await page.evaluate(
      `document.documentElement.outerHTML + JSON.stringify({ ...localStorage, ...sessionStorage }) +
       [...document.querySelectorAll("input")].map((field) => field.value).join()`,
    )) as string;
    expect(everything).not.toContain(goodKey.slice(9, 25));
    await ide.keyDialog.getByRole("button", { name: "Remove the key" }).click();
    await ide.keyDialog.getByText("The key was removed from the server.").waitFor();
    await ide.keyChip.filter({ hasText: "no key" }).waitFor();
  });
});

describe("the model chip", () => {
  test("shows what runs get, and what is chosen from the list is what the next run gets", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.modelChip.filter({ hasText: "$" }).click();
    const search = ide.modelDialog.getByRole("combobox");
    await search.fill("free");
    await ide.modelDialog.getByRole("option").filter({ hasText: "free" }).first().waitFor();
    await search.press("ArrowDown");
    const id = await ide.modelDialog.locator(".model-row.active .model-detail").innerText();
    await search.press("Enter");
    await ide.modelDialog.waitFor({ state: "detached" });
    await page.locator(`.model-chip[aria-label="Model ${id}"]`).waitFor();
    await ide.run(asking("Which model are you?"));
    await ide.outputShows(`asked ${id}`);
    await ide.modelChip.click();
    await ide.modelDialog.getByRole("option", { name: /^Automatic/ }).click();
    await ide.modelDialog.waitFor({ state: "detached" });
    await page.locator(`.model-chip[aria-label="Model ${id}"]`).waitFor({ state: "detached" });
  });

  test("takes the id of a model that the catalogue does not have, and says that it is not there", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.modelChip.click();
    await ide.modelDialog.getByRole("combobox").fill("made/up-model");
    await page.keyboard.press("Enter");
    await ide.modelChip.filter({ hasText: "not in the catalogue" }).waitFor();
    await ide.run(asking("Hello"));
    await ide.outputShows("refused with 400");
  });
});

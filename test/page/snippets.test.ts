/** Saved programs: naming, finding, loading, renaming, deleting with a way back, and text that was never saved. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createIde } from "./ide.ts";
import { openWorld, type World } from "./product.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const named = (name: string): string => `"""${name}."""\nprint("${name}")`;

describe("saving", () => {
  test("proposes the docstring's words, takes Enter, and saves at once from then on", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.write(named("Count the stars"));
    expect(await ide.saveAs()).toBe("Count the stars");
    await ide.snippet("Count the stars").waitFor();
    expect(page.url()).toMatch(/\/s\/[0-9a-z]{20}$/);
    await ide.unsavedMark.waitFor({ state: "detached" });
    await ide.write('print("changed")');
    await ide.unsavedMark.waitFor();
    await page.keyboard.press("Control+S");
    await ide.unsavedMark.waitFor({ state: "detached" });
    expect(await ide.saving.count()).toBe(0);
    await page.reload();
    await ide.programShows("changed");
  });

  test("under a name that exists already is allowed, but said", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.write(named("Twice"));
    await ide.saveAs();
    await page.getByRole("button", { name: "New" }).click();
    await ide.write(named("Twice"));
    await page.keyboard.press("Control+S");
    await ide.saving.getByText("You have a snippet of this name already").waitFor();
    await ide.saving.getByRole("textbox").press("Escape");
    await ide.saving.waitFor({ state: "detached" });
  });

  test("what another tab has changed asks which goes on, and loses neither", async () => {
    await using visit = await world.visit();
    const { ide, page, context } = visit;
    visit.expectComplaints(/status of 409/);
    await ide.write(named("Shared"));
    await ide.saveAs();
    const other = await context.newPage();
    await other.goto(page.url());
    const theirs = createIde(other);
    await theirs.programShows("Shared");
    await theirs.write('print("theirs")');
    await other.keyboard.press("Control+S");
    await theirs.unsavedMark.waitFor({ state: "detached" });
    await page.bringToFront();

    await ide.write('print("mine")');
    await page.keyboard.press("Control+S");
    const conflict = page.getByRole("dialog", { name: "Changed elsewhere" });
    await conflict.getByRole("button", { name: "Keep mine as a new one" }).click();
    await ide.snippet("Shared (mine)").waitFor();
    await ide.programShows("mine");
    await ide.snippet("Shared").filter({ hasNotText: "mine" }).getByRole("button").first().click();
    await ide.programShows("theirs");
  });

  test("against theirs, theirs can be loaded, and mine brought back", async () => {
    await using visit = await world.visit();
    const { ide, page, context } = visit;
    visit.expectComplaints(/status of 409/);
    await ide.write(named("Disputed"));
    await ide.saveAs();
    const other = await context.newPage();
    await other.goto(page.url());
    const theirs = createIde(other);
    await theirs.programShows("Disputed");
    await theirs.write('print("theirs")');
    await other.keyboard.press("Control+S");
    await theirs.unsavedMark.waitFor({ state: "detached" });
    await page.bringToFront();

    await ide.write('print("mine")');
    await page.keyboard.press("Control+S");
    await page.getByRole("button", { name: "Load theirs" }).click();
    await ide.programShows("theirs");
    await ide.unsavedMark.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Bring mine back" }).click();
    await ide.programShows("mine");
    await page.keyboard.press("Control+S");
    await ide.unsavedMark.waitFor({ state: "detached" });
  });
});

describe("the list", () => {
  test("is searched from /, loads by Enter, and says when nothing matches", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    for (const name of ["Alpha", "Beta", "Gamma"]) {
      await ide.write(named(name));
      await ide.saveAs();
      await ide.snippet(name).waitFor();
      await page.getByRole("button", { name: "New" }).click();
    }
    await page.getByRole("button", { name: "Snippets" }).focus();
    await page.keyboard.press("/");
    await page.keyboard.type("bet");
    await ide.snippet("Alpha").waitFor({ state: "detached" });
    await page.keyboard.press("Enter");
    await ide.programShows("Beta");
    await page.getByRole("searchbox").fill("nowhere to be found");
    await ide.snippets.getByText("No snippet matches").waitFor();
    await ide.snippets.getByRole("button", { name: "Clear the search" }).click();
    await ide.snippet("Gamma").waitFor();
    expect(await ide.snippet("Beta").getByRole("button").first().getAttribute("aria-current")).toBe("true");
  });

  test("is walked by arrows; F2 renames in place and what is open keeps its name", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.write(named("Before"));
    await ide.saveAs();
    await ide.snippet("Before").getByRole("button").first().focus();
    await page.keyboard.press("F2");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("After");
    await page.keyboard.press("Enter");
    await ide.snippet("After").waitFor();
    await page.locator(".program-tab").filter({ hasText: "After" }).waitFor();
    await ide.write('print("saved under its new name")');
    await page.keyboard.press("Control+S");
    await ide.noticeShows("Saved “After”.");
  });

  test("deletes with a way back, and never takes the text out of the editor", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.write(named("Fragile"));
    await ide.saveAs();
    const address = page.url();
    await ide.snippet("Fragile").hover();
    await ide.snippet("Fragile").getByRole("button", { name: "More for Fragile" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await ide.snippet("Fragile").waitFor({ state: "detached" });
    await ide.programShows("Fragile");
    await ide.unsavedMark.waitFor();
    await ide.notices.getByRole("button", { name: "Undo" }).click();
    await ide.snippet("Fragile").waitFor();
    await ide.unsavedMark.waitFor({ state: "detached" });
    await page.waitForURL(address);
  });
});

describe("text that was not saved", () => {
  test("is there again after a reload", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.write('print("never saved")');
    await ide.unsavedMark.waitFor();
    await page.reload();
    await ide.programShows("never saved");
    await ide.unsavedMark.waitFor();
  });

  test("of one snippet waits while another is open", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.write(named("One"));
    await ide.saveAs();
    await page.getByRole("button", { name: "New" }).click();
    await ide.write(named("Two"));
    await ide.saveAs();
    await ide.write('print("half done")');
    await ide.snippet("One").getByRole("button").first().click();
    await ide.programShows("One");
    await ide.noticeShows("The unsaved changes to “Two” are kept.");
    await ide.snippet("Two").getByRole("button").first().click();
    await ide.programShows("half done");
    await ide.noticeShows("Your unsaved changes are back.");
  });
});

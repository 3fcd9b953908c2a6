/** Leaving and coming back: a reload, a lost server, another browser. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type World } from "./product.ts";
import { asking, echoing } from "./programs.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

describe("a run in view", () => {
  test("is shown from its first byte after a reload in its middle, and goes on", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.usePipes();
    await ide.run(echoing);
    await ide.outputShows("first line");
    await ide.input.fill("before");
    await ide.input.press("Enter");
    await ide.outputShows("echo before");
    await page.reload();
    await ide.outputShows("echo before");
    expect(await ide.wholeOutput()).toMatch(/first line\n/);
    await ide.programShows("echo");
    await ide.input.fill("after");
    await ide.input.press("Enter");
    await ide.outputShows("echo after");
    await page.keyboard.press("Shift+F5");
    await ide.runIs("stopped");
  });

  test("can be opened by its address in another tab of the same browser", async () => {
    await using visit = await world.visit();
    const { ide, page, context } = visit;
    await ide.run('print("seen twice")');
    await ide.outputShows("seen twice");
    await ide.runIs("finished");
    const other = await context.newPage();
    await other.goto(page.url());
    await other.locator(".output-terminal .xterm-rows").filter({ hasText: "seen twice" }).waitFor();
    await other.close();
  });
});

describe("another person's browser", () => {
  test("sees neither runs nor calls nor snippets of the first, not even by their addresses", async () => {
    await using ann = await world.visit();
    await ann.ide.write('print("of ann")');
    await ann.ide.saveAs("Ann's own");
    const snippetAddress = ann.page.url();
    await ann.ide.run(`${asking("Whose?")}\nprint("of ann")`);
    await ann.ide.outputShows("of ann");
    await ann.ide.runIs("finished");
    const runAddress = ann.page.url();
    await ann.ide.openPanel("Calls");
    await ann.ide.callRows.first().click();
    await ann.ide.inspector.getByText("(simulated answer)").waitFor();
    const callAddress = ann.page.url();
    expect(callAddress).toBe(`${runAddress}/calls/1`);

    await using bea = await world.visit();
    bea.expectComplaints(/status of 404/);
    await bea.ide.snippets.getByText("Nothing saved yet").waitFor();
    for (const address of [runAddress, callAddress, snippetAddress]) {
      await bea.page.goto(address);
      await bea.ide.noticeShows("There is nothing here.");
      expect(await bea.page.locator("body").innerText()).not.toMatch(/of ann|Whose|Ann's own/);
      expect(await bea.ide.inspector.count()).toBe(0);
    }
  });
});

describe("a lost server", () => {
  test("is said, costs no text, and when it is back the run reads lost and the next one runs", async () => {
    await using visit = await world.visit();
    visit.expectComplaints(/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|WebSocket/);
    const { ide, page } = visit;
    await ide.run(echoing);
    await ide.outputShows("first line");
    await world.kill();
    await page.getByText("The server does not answer.").first().waitFor();
    await ide.write('print("still here")');
    await world.start();
    await page.getByText("The server does not answer.").first().waitFor({ state: "detached" });
    await ide.runIs("lost");
    await ide.outputShows("lost because the server went away");
    await ide.programShows("still here");
    await ide.run();
    await ide.outputShows("still here");
    await ide.runIs("finished");
  });
});

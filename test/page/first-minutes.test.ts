/** The first five minutes: open the printed address, press Ctrl+Enter, see the answer stream, stop, answer, type. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type World } from "./product.ts";
import { echoing, endless } from "./programs.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

describe("somebody without a key", () => {
  test("sees the starter program stream at Ctrl+Enter, said to be simulated, with its call and its bill", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run();
    await ide.outputShows(/simulated, nothing is charged/);
    await ide.outputShows("(simulated answer)");
    // The first characters are there while the program still runs: it streams.
    await ide.runIs("running");
    await ide.runIs("finished");
    await ide.outputShows(/finished in/);
    await page.locator(".status").getByText("simulator", { exact: true }).waitFor();
    await ide.openPanel("Calls");
    await ide.callRows.filter({ hasText: "200" }).filter({ hasText: "$0.0000" }).waitFor();
    expect(page.url()).toMatch(/\/r\/[0-9a-z]{20}$/);
  });

  test("has no token in the address, and nothing modal before the first success", async () => {
    await using visit = await world.visit();
    const { page } = visit;
    expect(page.url()).toBe(`${world.product.origin}/`);
    expect(await page.locator("dialog[open]").count()).toBe(0);
  });
});

describe("a program", () => {
  test("that was typed runs as it was typed", async () => {
    await using visit = await world.visit();
    const { ide } = visit;
    await ide.run('print("6 times 7 is", 6 * 7)');
    await ide.outputShows("6 times 7 is 42");
    await ide.runIs("finished");
  });

  test("that never ends is stopped by Shift+F5, and says so", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(endless);
    await ide.outputShows("round and round");
    await page.keyboard.press("Shift+F5");
    await ide.runIs("stopped");
    await ide.outputShows("stopped by you");
    await page.getByRole("button", { name: /^Run/ }).waitFor();
  });

  test("that never ends is stopped by the Stop button too", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(endless);
    await ide.outputShows("round and round");
    await page.getByRole("button", { name: /^Stop/ }).click();
    await ide.runIs("stopped");
  });

  test("that waits for input gets it where the page asks for it, until its input is ended", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.usePipes();
    await ide.run(echoing);
    await ide.outputShows("first line");
    await ide.input.fill("eins");
    await ide.input.press("Enter");
    await ide.outputShows("echo eins");
    await ide.input.fill("zwei");
    await page.getByRole("button", { name: "Send" }).click();
    await ide.outputShows("echo zwei");
    await ide.input.press("Control+D");
    await ide.runIs("failed");
    await ide.outputShows("EOFError");
    await ide.input.waitFor({ state: "detached" });
  });

  test("that waits in vain is stopped by Ctrl+C in the output", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.usePipes();
    await ide.run('import time\nprint("sleeping", flush=True)\ntime.sleep(600)');
    await ide.outputShows("sleeping");
    await page.locator(".output-terminal .xterm-screen").click();
    await page.keyboard.press("Control+C");
    await ide.outputShows(/stopped by you, at line 3/);
  });

  test("that takes longer than the chosen limit ends there, and says so", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await page.getByRole("button", { name: /^limit/ }).click();
    await page.getByLabel("Seconds").fill("1");
    await page.keyboard.press("Enter");
    await ide.run("import time\ntime.sleep(60)");
    await ide.outputShows(/timed out after 1 s/);
  });

  test("that fails says where, and the line can be gone to", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run('x = 1\n\n\nraise ValueError("no")');
    await ide.outputShows(/failed at line 4: ValueError: no/);
    await ide.runIs("exit 1");
    await ide.clickOutput("line 4");
    await page.locator(".status .cursor").filter({ hasText: "Ln 4" }).waitFor();
  });

  test("writes on two streams, told apart by colour and in the order of writing", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.usePipes();
    await ide.run('import sys\nprint("plain one")\nprint("tinted", file=sys.stderr)\nprint("plain two")');
    await ide.outputShows(/plain one\n+tinted\n+plain two/);
    const colourOf = (words: string): Promise<string> =>
      page.evaluate<string>(
        `getComputedStyle([...document.querySelectorAll(".xterm-rows span")].find((span) => span.textContent.includes(${JSON.stringify(words)}))).color`,
      );
    expect(await colourOf("tinted")).not.toBe(await colourOf("plain one"));
  });

  test("may print anything, and none of it becomes markup or a command to the page", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    const hostile = [
      "print('<img src=x onerror=window.hacked=1><script>window.hacked=1</script>')",
      "print('\\x1b]0;hacked\\x07\\x1b]52;c;aGFja2Vk\\x07\\x1b]8;;javascript:window.hacked=1\\x07press\\x1b]8;;\\x07')",
      "print('\\x1b[31mred\\x1b[0m', 'a\\0b', 'end')",
    ];
    await ide.run(hostile.join("\n"));
    await ide.outputShows(/<img src=x[\s\S]*press[\s\S]*red/);
    await ide.clickOutput("press");
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(hostile.join("\n"));
    await ide.runIs("finished");
    expect(await page.title()).toMatch(/Python IDE for OpenRouter$/);
    expect(await page.locator("img").count()).toBe(0);
  });
});

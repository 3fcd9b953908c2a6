/** An interactive run has the output as its own terminal: keys go as they are typed, and the program's terminal answers. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, phone, type Visit, type World } from "./product.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const asking = `
name = input("name? ")
print("hello", name)
`;
const waiting = `
import time
print("waiting", flush=True)
try:
    while True:
        time.sleep(0.05)
except KeyboardInterrupt:
    print("interrupted")
`;
/** Reads keys as they come, up to a Q, and tells which they were. */
const reading = `
import os, sys, termios, tty
before = termios.tcgetattr(0)
tty.setraw(0)
sys.stdout.write("\\x1b[?2004hready\\r\\n")
sys.stdout.flush()
got = b""
while not got.endswith(b"Q"):
    got += os.read(0, 1000)
termios.tcsetattr(0, termios.TCSADRAIN, before)
print(repr(got))
`;

/** The program reads keys now. */
const live = async ({ page }: Visit): Promise<void> => {
  await page.locator(".output-terminal.live").waitFor();
  await page.locator(".output-terminal .xterm-screen").click();
};

describe("a run in the page", () => {
  test("has a terminal of the pane's own size", async () => {
    await using visit = await world.visit();
    const { ide } = visit;
    await ide.run(
      "import os, sys\nprint(sys.stdin.isatty(), sys.stdout.isatty(), os.get_terminal_size().columns > 100)",
    );
    await ide.outputShows("True True True");
  });

  test("echoes and edits what is typed, by the program's own terminal, without a field of the page's", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(asking);
    await ide.outputShows("name?");
    await live(visit);
    await page.keyboard.type("Amm");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Backspace");
    await page.keyboard.type("nn");
    await page.keyboard.press("Enter");
    await ide.outputShows("name? Ann");
    await ide.outputShows("hello Ann");
    expect(await ide.input.count()).toBe(0);
  });

  test("gets Ctrl+C as an interrupt and Ctrl+D as the end of its input", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(waiting);
    await ide.outputShows("waiting");
    await live(visit);
    await page.keyboard.press("Control+C");
    await ide.outputShows("interrupted");
    await ide.runIs("finished");
    await ide.run(asking);
    await ide.outputShows("name?");
    await live(visit);
    await page.keyboard.press("Control+D");
    await ide.outputShows("EOFError");
  });

  test("gets arrows, letters that are keys of the page, and a paste in its brackets", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(reading);
    await ide.outputShows("ready");
    await live(visit);
    for (const key of ["ArrowUp", "Tab", "Control+B", "Control+J", "?", "/"]) await page.keyboard.press(key);
    await page.evaluate("navigator.clipboard.writeText('two\\nlines')");
    await page.keyboard.press("Control+V");
    await page.keyboard.press("Q");
    await ide.outputShows(String.raw`b'\x1b[A\t\x02\n?/\x1b[200~two\rlines\x1b[201~Q'`);
  });

  test("is told when the pane gets another size", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(
      `import os, signal\nbefore = os.get_terminal_size()\nsignal.signal(signal.SIGWINCH, lambda *_: print("rows", os.get_terminal_size().lines > before.lines))\nprint("ready", flush=True)\nwhile True: signal.pause()`,
    );
    await ide.outputShows("ready");
    await live(visit);
    await page.getByRole("separator", { name: "Height of the panel" }).press("ArrowUp");
    await page.getByRole("separator", { name: "Height of the panel" }).press("ArrowUp");
    await ide.outputShows("rows True");
    await page.keyboard.press("Shift+F5");
    await ide.runIs("stopped");
  });

  test("draws over its own line, as progress bars do", async () => {
    await using visit = await world.visit();
    const { ide } = visit;
    await ide.run('for part in range(101):\n    print(f"\\r{part}%", end="", flush=True)\nprint(" done")');
    await ide.outputShows("100% done");
    await ide.runIs("finished");
    expect(await ide.wholeOutput()).not.toContain("50%");
  });

  test("copies what is selected by Ctrl+C, and goes on", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(waiting);
    await ide.outputShows("waiting");
    await page.locator(".output-terminal.live").waitFor();
    const row = page.locator(".output-terminal .xterm-rows > div").filter({ hasText: "waiting" });
    const box = await row.boundingBox();
    if (box === null) throw new Error("the row is not there");
    await page.mouse.dblclick(box.x + 8, box.y + box.height / 2);
    await page.keyboard.press("Control+C");
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe("waiting");
    await ide.runIs("running");
    await page.keyboard.press("Shift+F5");
  });

  test("is left by Shift+Tab, for Tab is the program's", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(waiting);
    await ide.outputShows("waiting");
    await live(visit);
    await page.keyboard.press("Shift+Tab");
    expect(await page.evaluate("document.activeElement.closest('.xterm')")).toBeNull();
    await page.keyboard.press("Shift+F5");
  });

  test("takes the keys as soon as it asks, and the page says that it waits", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(asking + asking);
    await ide.outputShows("name?");
    await ide.runIs("waiting for input");
    // Nothing was clicked: whoever pressed Run goes on to type.
    const takesKeys = (): Promise<boolean> =>
      page.evaluate("document.activeElement?.closest('.output-terminal') !== null");
    await expect.poll(takesKeys).toBe(true);
    await page.keyboard.type("Ada\n");
    await ide.outputShows("hello Ada");
    await ide.runIs("waiting for input");
    await page.keyboard.type("Bea\n");
    await ide.outputShows("hello Bea");
    await ide.runIs("finished");
  });

  test("goes on after a reload, with what was there before and keys that arrive", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(asking);
    await ide.outputShows("name?");
    await page.reload();
    await ide.outputShows("name?");
    await live(visit);
    await page.keyboard.type("Bea\n");
    await ide.outputShows("hello Bea");
  });

  test("leaves nothing on when it dies: the other screen, the mouse, brackets around a paste", async () => {
    await using visit = await world.visit();
    const { ide } = visit;
    await ide.run('import os\nprint("\\x1b[?1049h\\x1b[?1003h\\x1b[?2004hgone", flush=True)\nos._exit(3)');
    await ide.outputShows(/exit 3/);
    await ide.outputShows(/python main\.py/);
  });

  test("has pipes when that is chosen, and the choice stays", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.usePipes();
    await page.reload();
    await ide.ready();
    await ide.run("import sys\nprint(sys.stdin.isatty())");
    await ide.outputShows("False");
  });
});

test("on a phone there is a line to type into, and keys that a phone does not have", async () => {
  await using visit = await world.visit({ size: phone });
  const { ide, page } = visit;
  await ide.write(`${asking}${waiting}`);
  await page.locator(".run-button.floating").click();
  await ide.outputShows("name?");
  await page.getByRole("textbox", { name: "Type into the program" }).fill("Cleo");
  await page.getByRole("button", { name: "Send" }).click();
  await ide.outputShows("hello Cleo");
  await ide.outputShows("waiting");
  await page.getByRole("button", { name: "Interrupt the program" }).click();
  await ide.outputShows("interrupted");
  expect(await page.evaluate("document.scrollingElement.scrollWidth - innerWidth")).toBe(0);
});

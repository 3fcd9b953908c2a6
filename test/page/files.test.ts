/** Programs that come as files: dropped on the page or picked from the menu. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type World } from "./product.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

test("a dropped file is the program, under its own name, and runs", async () => {
  await using visit = await world.visit();
  const { ide, page } = visit;
  await ide.drop({ name: "stars.py", text: 'print("dropped", "in")\nraise ValueError("seen")' });
  await page.locator(".program-tab").filter({ hasText: "stars.py" }).waitFor();
  await ide.run();
  await ide.outputShows("dropped in");
  await ide.outputShows(/stars\.py", line 2/);
});

test("what was in the editor before a drop can be brought back", async () => {
  await using visit = await world.visit();
  const { ide } = visit;
  await ide.write('print("half a thought")');
  await ide.unsavedMark.waitFor();
  await ide.drop({ name: "other.py", text: 'print("other")' });
  await ide.programShows("other");
  await ide.notices.getByRole("button", { name: "Go back to it" }).click();
  await ide.programShows("half a thought");
});

test("a file is opened from the menu", async () => {
  await using visit = await world.visit();
  const { ide, page } = visit;
  await page.getByRole("button", { name: "More", exact: true }).click();
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.getByRole("menuitem", { name: "Open a file" }).click(),
  ]);
  await chooser.setFiles({
    name: "picked.py",
    mimeType: "text/x-python",
    buffer: Buffer.from("print('picked')"),
  });
  await ide.programShows("print('picked')");
});

test("a program that is too large is refused in words and changes nothing", async () => {
  await using visit = await world.visit();
  const { ide } = visit;
  await ide.write('print("still here")');
  await ide.drop({ name: "bytes.py", text: "\u00FF\u00D8", latin1: true });
  await ide.noticeShows("bytes.py is not a text file.");
  await ide.drop({ name: "large.py", text: "#".repeat(1024 * 1024 + 1) });
  await ide.noticeShows("large.py is too large.");
  await ide.programShows("still here");
});

test("dropped words are no program", async () => {
  await using visit = await world.visit();
  const { ide, page } = visit;
  await page.evaluate(
    `(() => { const words = new DataTransfer(); words.setData("text/plain", "print('words')");
      document.querySelector(".panel").dispatchEvent(new DragEvent("drop", { dataTransfer: words, bubbles: true, cancelable: true })); })()`,
  );
  expect(await page.locator(".program-tab").innerText()).toBe("main.py");
  await ide.programShows("Stream one answer from OpenRouter");
});

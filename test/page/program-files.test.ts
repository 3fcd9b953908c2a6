/** Files beside the program: made, brought, renamed, removed, kept and saved with it; what can't be is said in words. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, phone, type World } from "./product.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const hostile = "<img src=x onerror=window.hacked=1>.txt";

/** The smallest picture there is: one point. */
const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
).toString("latin1");

describe("a file beside the program", () => {
  test("is made under a name, written, and has its own tab, language and history", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.write('print("the program")');
    await ide.addFile("lib/tools.py");
    expect(await ide.tab("lib/tools.py").getAttribute("aria-selected")).toBe("true");
    await ide.write("def greet(name):\n    return f'Hello {name}'");
    await ide.programShows("def greet");
    await ide.tab("main.py").click();
    await ide.programShows("the program");
    await page.locator(".monaco-editor").getByText("the program").click();
    await page.keyboard.press("Control+Z");
    await ide.tab("tools.py").click();
    await ide.programShows("def greet");
    expect(await ide.tabs()).toEqual(["main.py", "lib/tools.py"]);
  });

  test("can't have a name that a program would not find, and the reason is said while it is typed", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.addFile("data.csv");
    await page.getByRole("button", { name: "Add a file", exact: true }).click();
    await page.getByRole("menuitem", { name: "New file" }).click();
    const dialog = page.getByRole("dialog", { name: "New file" });
    const field = dialog.getByRole("textbox", { name: "Path" });
    for (const [path, words] of [
      ["../up.txt", "can't hold . or .."],
      ["/etc/passwd", "without a / in front"],
      ["main.py", "main.py is the program itself"],
      ["data.csv", "There is a file data.csv already."],
      ["data.csv/x", "can't be a file and a folder"],
      ["a".repeat(201), "up to 200 characters"],
      ["", "A file needs a name."],
    ] as const) {
      await field.fill(path);
      await dialog.getByText(words).waitFor();
      await field.press("Enter");
      await dialog.getByText(words).waitFor();
    }
    await page.keyboard.press("Escape");
    expect(await ide.tabs()).toEqual(["main.py", "data.csv"]);
  });

  test("is renamed by F2 and removed by Delete, with a way back", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.addFile("notes.txt");
    await ide.write("do not lose this");
    await ide.tab("notes.txt").press("F2");
    await page.getByRole("textbox", { name: "Path" }).fill("kept/notes.md");
    await page.keyboard.press("Enter");
    await ide.programShows("do not lose this");
    await ide.tab("kept/notes.md").press("Delete");
    await ide.noticeShows("“kept/notes.md” was removed.");
    expect(await ide.tabs()).toEqual(["main.py"]);
    await ide.programShows("Stream one answer");
    await ide.notices.getByRole("button", { name: "Undo" }).last().click();
    await ide.programShows("do not lose this");
    expect(await ide.tabs()).toEqual(["main.py", "kept/notes.md"]);
  });

  test("is brought by dropping: a Python file on the tabs, or any other anywhere", async () => {
    await using visit = await world.visit();
    const { ide } = visit;
    await ide.drop({ name: "people.csv", text: "name\nAnn" });
    await ide.noticeShows("“people.csv” stands beside the program now.");
    await ide.programShows("name\nAnn");
    await ide.drop({ name: "helper.py", text: "x = 1", place: ".file-tabs" });
    await ide.programShows("x = 1");
    expect(await ide.tabs()).toEqual(["main.py", "helper.py", "people.csv"]);
    await ide.drop({ name: "people.csv", text: "name\nBea" });
    await ide.programShows("Bea");
    await ide.notices.getByRole("button", { name: "Undo" }).last().click();
    await ide.programShows("Ann");
  });

  test("that is no text is shown as a picture or with its size, and can be replaced", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.drop({ name: "dot.png", text: picture, latin1: true });
    await page.getByRole("img", { name: "dot.png" }).waitFor();
    await page.getByText("1 × 1 · 70 B").waitFor();
    await ide.drop({ name: "bytes.bin", text: "\u0000\u00FF".repeat(600), latin1: true });
    await page.getByText("Not a text: 1.2 KiB").waitFor();
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("main").getByRole("button", { name: "Replace" }).click(),
    ]);
    await chooser.setFiles({ name: "other.txt", mimeType: "text/plain", buffer: Buffer.from("now a text") });
    await ide.programShows("now a text");
    expect(await ide.tabs()).toEqual(["main.py", "bytes.bin", "dot.png"]);
  });

  test("that is too large, or one too much, is refused with the sizes", async () => {
    await using visit = await world.visit();
    const { ide } = visit;
    await ide.drop({ name: "large.txt", text: "x".repeat(2 * 1024 * 1024 + 1) });
    await ide.noticeShows("large.txt is larger than 2.0 MiB");
    for (const name of ["a.txt", "b.txt", "c.txt"])
      await ide.drop({ name, text: "x".repeat(1.5 * 1024 * 1024) });
    await ide.noticeShows(/4\.5 MiB together; 4\.0 MiB is the most/);
    expect(await ide.tabs()).toEqual(["main.py", "a.txt", "b.txt"]);
  });

  test("has its own mark while it is not saved, is saved with the snippet, and comes back with it", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.write('print("with files")');
    await ide.addFile("settings.json");
    await ide.write('{"answer": 42}');
    await ide.drop({ name: "dot.png", text: picture, latin1: true });
    await ide.tab("dot.png").waitFor();
    expect(await ide.unsavedMark.count()).toBe(3);
    await ide.saveAs("With files");
    await ide.unsavedMark.first().waitFor({ state: "detached" });
    await ide.tab("settings.json").click();
    await ide.write('{"answer": 43}');
    await ide.tab("settings.json").getByRole("img", { name: "Unsaved changes" }).waitFor();
    await page.keyboard.press("Control+S");
    await ide.unsavedMark.first().waitFor({ state: "detached" });
    await page.getByRole("button", { name: "New", exact: true }).click();
    await ide.programShows("Stream one answer");
    expect(await ide.tabs()).toEqual(["main.py"]);
    await ide.snippet("With files").getByRole("button").first().click();
    await ide.programShows("with files");
    expect(await ide.tabs()).toEqual(["With files", "dot.png", "settings.json"]);
    await ide.tab("settings.json").click();
    await ide.programShows('{"answer": 43}');
    await ide.fileMenu("settings.json", "Remove");
    await ide.unsavedMark.waitFor();
  });

  test("that is not saved survives a reload, and another program", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.addFile("draft.txt");
    await ide.write("half a thought");
    await ide.unsavedMark.first().waitFor();
    await page.reload();
    await ide.ready();
    await ide.tab("draft.txt").click();
    await ide.programShows("half a thought");
    await ide.drop({ name: "other.py", text: 'print("other")' });
    await ide.programShows("other");
    expect(await ide.tabs()).toEqual(["other.py"]);
    await ide.notices.getByRole("button", { name: "Go back to it" }).click();
    await ide.tab("draft.txt").click();
    await ide.programShows("half a thought");
  });

  test("may be called as if it were markup, and is not", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.addFile(hostile);
    await ide.fileMenu(hostile, "Remove");
    await ide.noticeShows(`“${hostile}” was removed.`);
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    expect(await page.locator("img, script:not([src])").count()).toBe(0);
  });
});

test("on a phone the files have a row of their own", async () => {
  await using visit = await world.visit({ size: phone });
  const { ide, page } = visit;
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Files beside the program" }).click();
  await ide.addFile("data.csv");
  await ide.write("a,b");
  await ide.programShows("a,b");
  expect(await page.evaluate("document.scrollingElement.scrollWidth - innerWidth")).toBe(0);
});

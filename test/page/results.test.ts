/** What a program shows stands in its output, in its place; what it made is listed at its end. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type World } from "./product.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** A picture of one colour, without a library. */
const picture = `
import struct, zlib

class Picture:
    def _repr_png_(self, width=200, height=100):
        rows = (b"\\0" + b"\\x20\\x60\\xff" * width) * height
        chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        return b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")

class Page:
    def __init__(self, html):
        self.html = html
    def _repr_html_(self):
        return self.html
`;

const hostile = "<img src=x onerror=window.hacked=1>";

describe("what a program shows", () => {
  test("stands between what it wrote before and after, can be enlarged, and is still there after a reload", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(`${picture}\nprint("before")\ndisplay(Picture())\nprint("after")`);
    await ide.outputShows("after");
    const shown = page.locator(".result.image");
    await shown.waitFor();
    expect(await ide.wholeOutput()).toMatch(/before\n\[.*\]\n\n+after/);
    await shown.getByRole("button", { name: /^Enlarge/ }).click();
    const dialog = page.locator("dialog.enlarged");
    await dialog.getByRole("img").waitFor();
    await page.keyboard.press("Escape");
    await page.reload();
    await page.locator(".result.image").waitFor();
  });

  test("as HTML runs in a frame that reaches nothing of the page", async () => {
    await using visit = await world.visit();
    visit.expectComplaints(/Content Security Policy|Blocked|policy: /);
    const { ide, page } = visit;
    const html = `<b>bold</b><script>
      let said = "script ran, " + self.origin;
      try { said += parent.document.title } catch { said += ", no page" }
      fetch("/api/session").then(() => said += ", session", () => said += ", no session").then(() => document.body.append(said));
      parent.postMessage({ height: 1e9, html: "x", wheel: -1e9 }, "*");
    </script>${hostile}`;
    await ide.run(`${picture}\ndisplay(Page(${JSON.stringify(html)}))`);
    const frame = page.frameLocator(".result-frame");
    await frame.getByText("script ran, null, no page, no session").waitFor();
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    expect((await page.locator(".result.html").boundingBox())?.height).toBeLessThan(700);
  });

  test("of any number stays where it was written, and takes no more than its share of the page", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(
      `${picture}\nfor n in range(16):\n    print("number", n)\n    display(Page(f"<p>page {n}</p>"))`,
    );
    await ide.runIs("finished");
    await page.locator(".result-again").first().waitFor({ state: "attached" });
    expect(await page.locator("iframe").count()).toBe(12);
  });

  test("is gone with the output when that is cleared", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(`${picture}\ndisplay(Picture())`);
    await page.locator(".result.image").waitFor();
    await page.getByRole("button", { name: "Clear the output" }).click();
    await page.locator(".result.image").waitFor({ state: "detached" });
  });
});

describe("files", () => {
  test("beside the program are there when it runs, and an error in one leads to its line", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.write('import tools\nprint(open("data/greeting.txt").read())\ntools.fail()');
    await ide.addFile("tools.py");
    await ide.write('\n\ndef fail():\n    raise ValueError("in tools")');
    await ide.addFile("data/greeting.txt");
    await ide.write("read from beside");
    await ide.tab("main.py").click();
    await ide.run();
    await ide.outputShows("read from beside");
    await ide.outputShows("ValueError: in tools");
    // What still comes would move the line away under the pointer.
    await ide.runIs("failed");
    await ide.clickOutput('tools.py", line 4');
    await page.locator(".status .cursor").filter({ hasText: "Ln 4" }).waitFor();
    await ide.programShows("def fail");
  });

  test("that the program made are listed at its end, saved, and put beside it", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(
      `open("report.csv", "w").write("a,b\\n1,2\\n")\nopen(${JSON.stringify(hostile)}, "w").write("x")`,
    );
    await ide.runIs("finished");
    const made = page.getByRole("region", {
      name: "Files that the program made",
    });
    await made.getByText("report.csv").waitFor();
    await made.getByText(hostile).waitFor();
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      made.getByRole("button", { name: "Download report.csv" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("report.csv");
    await made.getByRole("button", { name: "Add report.csv to the program" }).click();
    await ide.tab("report.csv").waitFor();
    await ide.programShows("a,b");
    await ide.notices.getByRole("button", { name: "Undo" }).last().click();
    expect(await ide.tabs()).toEqual(["main.py"]);
  });
});

test("what a run uses of its memory is shown while it runs, and its peak at its end", async () => {
  await using visit = await world.visit();
  const { ide, page } = visit;
  await ide.run("import time\nheld = bytearray(50_000_000)\nprint('held', flush=True)\ntime.sleep(600)");
  await ide.outputShows("held");
  await page.getByRole("button", { name: /^Memory of the run: \d+ MiB of/ }).click();
  const used = page.getByRole("dialog", { name: "What the run uses" });
  for (const name of ["Memory", "CPU time", "Processes", "Disk"])
    await used.getByText(name, { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+F5");
  await page.getByRole("button", { name: /^Memory of the run: peak/ }).waitFor();
});

/** What somebody who can't see the page, or sees it badly, needs of it: names, a structure, a visible focus, contrast. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { focusOf, unnamed, unreadable } from "./looks.ts";
import { desktop, openWorld, phone, type Visit, type World } from "./product.ts";
import { asking } from "./programs.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const more = (visit: Visit): Promise<void> =>
  visit.page.getByRole("button", { name: "More", exact: true }).click();

/** The page's states that differ in what they show, one after the other. */
const states: readonly (readonly [name: string, arrive: (visit: Visit) => Promise<void>])[] = [
  ["start", async ({ page }) => page.getByText("Nothing saved yet").first().waitFor()],
  [
    "a saved program with changes",
    async ({ ide }) => {
      await ide.write(
        `${asking("Why?")}${asking("Fail", "simulator/error-429")}\nimport sys\nsys.exit("no")`,
      );
      await ide.saveAs("Why");
      await ide.write(`${asking("Why?")}${asking("Fail", "simulator/error-429")}\nraise ValueError("no")`);
      await ide.unsavedMark.waitFor();
    },
  ],
  [
    "a failed run",
    async ({ ide }) => {
      await ide.run();
      await ide.outputShows("failed at line");
    },
  ],
  [
    "a call",
    async ({ ide }) => {
      await ide.openPanel("Calls");
      await ide.callRows.first().click();
      await ide.inspector.getByText("(simulated answer)").waitFor();
    },
  ],
  ["its request", async ({ ide }) => ide.inspector.getByRole("tab", { name: "Request" }).click()],
  ["its events", async ({ ide }) => ide.inspector.getByRole("tab", { name: "Events" }).click()],
  [
    "a failed call",
    async ({ ide }) => {
      await ide.callRows.nth(1).click();
      await ide.inspector.getByRole("tab", { name: "Overview" }).click();
      await ide.inspector.getByRole("note").waitFor();
    },
  ],
  ["the menu", async (visit) => more(visit)],
  [
    "the key",
    async ({ ide, page }) => {
      await page.keyboard.press("Escape");
      await ide.keyChip.click();
      await ide.keyDialog.getByLabel("Paste a key").waitFor();
    },
  ],
  [
    "the models",
    async ({ ide, page }) => {
      await page.keyboard.press("Escape");
      await ide.modelChip.click();
      await ide.modelDialog.getByRole("option").nth(3).waitFor();
    },
  ],
  [
    "the Pythons",
    async ({ ide, page }) => {
      await page.keyboard.press("Escape");
      await ide.pythonChip.click();
      await ide.pythonDialog
        .getByRole("button", { name: /^Packages of/ })
        .first()
        .click();
      await ide.pythonDialog.getByText("requests", { exact: false }).first().waitFor();
    },
  ],
  [
    "how to run",
    async ({ page }) => {
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "How to run" }).click();
    },
  ],
  [
    "a file beside the program, and a package that is not there",
    async ({ ide, page }) => {
      await page.keyboard.press("Escape");
      await ide.addFile("notes.md");
      await ide.drop({ name: "bytes.bin", text: "\u0000\u00FF", latin1: true });
      await page.getByText("Not a text").waitFor();
      await ide.tab("Why").click();
      await ide.openPanel("Output");
      await ide.run("import nowhere_at_all");
      await ide.packageBar.waitFor();
      await ide.runIs("failed");
    },
  ],
  [
    "a name that can't be",
    async ({ page }) => {
      await page.getByRole("button", { name: "Add a file", exact: true }).click();
      await page.getByRole("menuitem", { name: "New file" }).click();
      await page.getByRole("textbox", { name: "Path" }).fill("/");
      await page.getByText("without a / in front").waitFor();
    },
  ],
  [
    "what the run used",
    async ({ page }) => {
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: /^Memory of the run/ }).click();
    },
  ],
  [
    "the keys",
    async ({ page }) => {
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+Shift+H");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    },
  ],
];

describe.each(["Dark", "Light"])("in the %s theme", (theme) => {
  test("every word stands out from its ground by 4.5 to 1, and everything that is pressed has a name", async () => {
    await using visit = await world.visit();
    await more(visit);
    await visit.page.getByRole("menuitemradio", { name: theme }).click();
    const found: string[] = [];
    for (const [name, arrive] of states) {
      await arrive(visit);
      for (const line of await unreadable(visit.page)) found.push(`${name}: ${line}`);
      for (const line of await unnamed(visit.page)) found.push(`${name}: without a name: ${line}`);
    }
    expect(found).toEqual([]);
  });

  test("what has the focus shows it, wherever Tab goes", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await more(visit);
    await page.getByRole("menuitemradio", { name: theme }).click();
    await ide.run(asking("Why?"));
    await ide.runIs("finished");
    await ide.openPanel("Calls");
    await ide.callRows.first().click();
    await ide.inspector.getByText("(simulated answer)").waitFor();
    // From below the editor, where Tab indents, round to it again.
    await page.getByRole("separator", { name: "Height of the panel" }).focus();
    const seen: string[] = [];
    const without: string[] = [];
    for (;;) {
      await page.keyboard.press("Tab");
      const { at, isEditor, isSeen } = await focusOf(page);
      if (isEditor) break;
      seen.push(at);
      if (!isSeen) without.push(at);
    }
    expect(without).toEqual([]);
    for (const name of ["Calls", "Overview", "Copy the generation id", "Search snippets", "Run"]) {
      expect(seen.join("|")).toContain(name);
    }
  });
});

describe.each([
  ["desktop", desktop],
  ["phone", phone],
] as const)("on a %s", (_, size) => {
  test("the page has one main heading and its landmarks", async () => {
    await using visit = await world.visit({ size });
    const { page } = visit;
    expect(await page.getByRole("heading", { level: 1 }).allInnerTexts()).toEqual([
      expect.stringContaining("Python IDE"),
    ]);
    for (const role of ["banner", "main", "contentinfo"] as const) {
      expect([role, await page.getByRole(role).count()]).toEqual([role, 1]);
    }
    expect(await page.getByRole("region", { name: "Run" }).count()).toBe(1);
    expect(await page.getAttribute("html", "lang")).toBe("en");
  });
});

test("what happens is announced: notices, and answers under fields", async () => {
  await using visit = await world.visit();
  const { ide, page } = visit;
  await ide.write('"""Announced."""');
  await ide.saveAs();
  await page.getByRole("status").filter({ hasText: "Saved “Announced”." }).waitFor();
  await ide.keyChip.click();
  await ide.keyDialog.getByRole("status").filter({ hasText: "checked as soon as it is pasted" }).waitFor();
});

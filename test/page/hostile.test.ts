/** Whatever a model, a program or a snippet says stays text: none of it becomes markup, a script or an address of the page. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type Visit, type World } from "./product.ts";
import { asking } from "./programs.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const hostile = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>";

/** Nothing of ours is an image or an inline script, so the first of either would be the attacker's. */
async function stayedText({ page }: Visit): Promise<void> {
  expect(await page.evaluate("window.hacked")).toBeUndefined();
  expect(await page.locator("img, iframe, script:not([src])").count()).toBe(0);
}

describe("hostile words", () => {
  test("as a snippet's name are shown as they are: in the list, its menu, its field, the title and the notices", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.write('print("harmless")');
    await ide.saveAs(hostile);
    await ide.noticeShows(hostile);
    const row = ide.snippet(hostile);
    await row.hover();
    await row.getByRole("button", { name: /^More for/ }).click();
    await page.getByRole("menuitem", { name: "Rename" }).click();
    const field = ide.snippets.getByRole("textbox", { name: /^New name for/ });
    expect(await field.inputValue()).toBe(hostile);
    await field.press("Escape");
    await page.getByRole("searchbox").fill("<script>");
    await row.waitFor();
    await page.getByRole("searchbox").fill("<b>nothing of the kind</b>");
    await ide.snippets.getByText("contains “<b>nothing of the kind</b>”").waitFor();
    expect(await page.title()).toBe(`${hostile} · Python IDE for OpenRouter`);
    await stayedText(visit);
  });

  test("as a model's question and answer are shown as they are, in every tab of the call", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(asking(`Say “${hostile}”`));
    await ide.runIs("finished");
    await ide.openPanel("Calls");
    await ide.callRows.first().click();
    await ide.inspector.getByText(hostile, { exact: true }).waitFor();
    for (const tab of ["Request", "Response", "Events"]) {
      await ide.inspector.getByRole("tab", { name: tab }).click();
      await ide.inspector
        .getByText(/<img|<script|hacked/)
        .first()
        .waitFor();
    }
    await stayedText(visit);
    await page.reload();
    await ide.inspector.getByText(hostile, { exact: true }).waitFor();
    await stayedText(visit);
  });

  test("as a model's name are shown as they are, in the list and over the call that was refused", async () => {
    await using visit = await world.visit();
    const { ide } = visit;
    await ide.run(asking("Hello", hostile));
    await ide.outputShows("refused with 400");
    await ide.openPanel("Calls");
    await ide.callRows.filter({ hasText: "<img src=x" }).click();
    await ide.inspector.getByText("<img src=x").first().waitFor();
    await stayedText(visit);
  });

  test("as a file's name and as an exception are shown as they are", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.drop({
      name: `${hostile.replaceAll("/", "-")}.py`,
      text: `raise ValueError(${JSON.stringify(hostile)})`,
    });
    await ide.programShows("raise ValueError");
    await ide.run();
    await ide.outputShows(/failed at line 1: ValueError: <img/);
    await page.locator(".run-info").hover();
    await stayedText(visit);
  });

  test("as an address open nothing", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(
      [
        "print('javascript:window.hacked=1 and data:text/html,<script>opener.hacked=1</script>')",
        "print('\\x1b]8;;https://elsewhere.invalid/\\x07innocent words\\x1b]8;;\\x07')",
      ].join("\n"),
    );
    await ide.runIs("finished");
    for (const words of ["javascript:window", "data:text", "innocent words"]) await ide.clickOutput(words);
    await stayedText(visit);
    for (const path of ["/?<img src=x>", "/s/javascript:alert(1)", "/sign-in?next=javascript:alert(1)"]) {
      await page.goto(`${world.product.origin}${path}`);
      await ide.ready();
      await stayedText(visit);
    }
    expect(visit.context.pages()).toHaveLength(1);
  });
});

/** The calls of a run and one call in full: what was sent, what came back, what it cost, why it failed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type World } from "./product.ts";
import { asking } from "./programs.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

describe("the calls of a run", () => {
  test("stand in the list with their figures, and open by arrows and Enter", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(asking("First?") + asking("Second, <b>bold</b>?"));
    await ide.runIs("finished");
    await ide.openPanel("Calls");
    await ide.calls.getByText("2 calls").waitFor();
    expect(await ide.callRows.count()).toBe(2);
    await ide.calls.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await ide.inspector.getByText("call 2").waitFor();
    expect(page.url()).toMatch(/\/calls\/2$/);

    await ide.inspector.getByText("simulated, nothing is charged").waitFor();
    await ide.inspector.getByText("(simulated answer)").waitFor();
    await ide.inspector.getByRole("button", { name: "Copy the generation id" }).click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toMatch(/^gen-/);

    await ide.inspector.getByRole("tab", { name: "Request" }).click();
    await ide.inspector.getByText("Second, <b>bold</b>?", { exact: true }).waitFor();
    await page.keyboard.press("ArrowRight");
    await ide.inspector.getByText("stop: the model had said").waitFor();
    await page.keyboard.press("ArrowRight");
    const events = ide.inspector.getByRole("listbox", { name: "Events of the stream" });
    await events.focus();
    await page.keyboard.press("End");
    await ide.inspector.getByRole("option", { selected: true }).filter({ hasText: "[DONE]" }).waitFor();
    await page.keyboard.press("Escape");
    await ide.inspector.waitFor({ state: "detached" });
  });

  test("are there again at a call's own address", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(asking("Once?"));
    await ide.runIs("finished");
    await ide.openPanel("Calls");
    await ide.callRows.first().click();
    await ide.inspector.getByText("(simulated answer)").waitFor();
    await page.reload();
    await ide.inspector.getByText("(simulated answer)").waitFor();
    await ide.callRows.and(page.locator("[aria-selected=true]")).waitFor();
  });

  test.each([1440, 1100, 820])(
    "are whole in their list while one is open, in a window %i px wide",
    async (width) => {
      await using visit = await world.visit({ size: { width, height: 760 } });
      const { ide, page } = visit;
      await ide.run(asking("Once?"));
      await ide.runIs("finished");
      await ide.openPanel("Calls");
      await ide.callRows.first().click();
      await ide.inspector.getByText("(simulated answer)").waitFor();
      // Nothing lies over the last column, and nothing is wider than its place.
      await ide.callRows.first().locator(".calls-time").click({ trial: true });
      const tooWide = `[document.scrollingElement, document.querySelector(".calls-pane"), document.querySelector(".inspector-body")]
        .map((place) => place.scrollWidth - place.clientWidth)`;
      expect(await page.evaluate(tooWide)).toEqual([0, 0, 0]);
    },
  );

  test("that fail say why and what to do", async () => {
    await using visit = await world.visit();
    const { ide } = visit;
    const cases = [
      ["simulator/error-401", "401", "does not accept the API key"],
      ["simulator/error-402", "402", "run out of credit"],
      ["simulator/error-403-key-limit", "403", "own spending limit"],
      ["simulator/error-404", "404", "No provider offers"],
      ["simulator/error-429", "429", "limit"],
      ["simulator/error-502", "502", "provider is down"],
    ] as const;
    await ide.run(cases.map(([model]) => asking("Fail, please", model)).join(""));
    await ide.runIs("finished");
    await ide.openPanel("Calls");
    for (const [index, [, status, says]] of cases.entries()) {
      await ide.callRows.nth(index).filter({ hasText: status }).click();
      await ide.inspector.getByRole("note").filter({ hasText: says }).waitFor();
    }
    expect(await ide.calls.innerText()).not.toContain("unknown");
  });

  test("that break off in their stream are told from whole ones, and their price is unknown, not zero", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    const program = asking("Break off", "simulator/stream-reset");
    await ide.run(program.replace("except", "except OSError:\n    print('broken')\nexcept"));
    await page
      .locator(".run-info")
      .filter({ hasText: /finished|failed/ })
      .waitFor();
    await ide.openPanel("Calls");
    await ide.callRows.filter({ hasText: "unknown" }).waitFor();
    await ide.calls.getByText("+ 1 unknown").waitFor();
  });

  test("of a program that makes none are said to be none", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run("print('quiet')");
    await ide.runIs("finished");
    await ide.openPanel("Calls");
    await page.getByText("This run made no call").waitFor();
  });
});

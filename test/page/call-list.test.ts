/** The list of a run's calls with hundreds in it: walked, filtered, sorted and followed as one does in a browser's network panel. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, phone, type Visit, type World } from "./product.ts";

/** Of `count` calls each tenth is refused, the others are answered at once. */
const sending = (count: number): string => `
import json, os, urllib.error, urllib.request
from concurrent.futures import ThreadPoolExecutor

HEADERS = {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json"}

def send(path, body):
    request = urllib.request.Request("https://openrouter.ai/api/v1" + path, data=json.dumps(body).encode(), headers=HEADERS)
    try:
        urllib.request.urlopen(request).read()
    except urllib.error.HTTPError as error:
        error.read()

def ask(n):
    if n % 10 == 9:
        send("/chat/completions", {"model": "simulator/error-429", "messages": [{"role": "user", "content": str(n)}]})
    else:
        send("/embeddings", {"model": "openai/text-embedding-3-small", "input": f"text {n}"})

def all_of(numbers):
    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(ask, numbers):
            pass

all_of(range(${count}))
`;

let world: World;
let visit: Visit;
/** Of the run with a hundred and twenty calls. */
let address: string;
beforeAll(async () => {
  world = await openWorld();
  visit = await world.visit();
  const { ide, page } = visit;
  await ide.run(sending(120));
  // On a machine that has other things to do as well a hundred calls take a while.
  await page.locator(".run-info").filter({ hasText: "finished" }).waitFor({ timeout: 60_000 });
  address = page.url();
});
afterAll(async () => {
  await visit[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

/** The run's list as it is when the run is opened, all calls in it. */
async function opened(): Promise<Visit> {
  const { ide, page } = visit;
  await page.goto(address);
  await ide.ready();
  await ide.openPanel("Calls");
  await ide.calls.getByText("120 calls", { exact: true }).waitFor();
  return visit;
}

const field = ({ page }: Visit) => page.getByRole("searchbox", { name: "Filter the calls" });
const chip = ({ page }: Visit, name: string) =>
  page.getByRole("group", { name: "Kinds of calls" }).getByRole("button", { name });
const rowOf = ({ ide, page }: Visit, number: number) =>
  ide.callRows.and(page.locator(`[data-call="${number}"]`));
/** In the page: the list itself. */
const list = `document.querySelector("[role=grid]")`;
const activeRow = async ({ ide, page }: Visit): Promise<number> => {
  const id = await ide.calls.getAttribute("aria-activedescendant");
  return id === null ? 0 : Number(await page.locator(`[id="${id}"]`).getAttribute("aria-rowindex"));
};

describe("hundreds of calls", () => {
  test("are walked by keys, told to a screen reader in full, and only those in view are drawn", async () => {
    const { ide, page } = await opened();
    expect(await ide.calls.getAttribute("aria-rowcount")).toBe("122");
    expect(await ide.callRows.count()).toBeLessThan(60);
    await ide.calls.focus();
    await page.keyboard.press("End");
    await expect.poll(() => activeRow(visit)).toBe(121);
    await page.keyboard.press("PageUp");
    await expect.poll(() => activeRow(visit)).toBeLessThan(121);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => activeRow(visit)).toBe(3);
    await page.keyboard.press("Enter");
    await ide.inspector.getByText("call 2").waitFor();
    await page.keyboard.press("ArrowDown");
    await ide.inspector.getByText("call 3").waitFor();
    await page.keyboard.press("Escape");
    await ide.inspector.waitFor({ state: "detached" });
  });

  test("show the one whose address is opened", async () => {
    const { ide, page } = visit;
    await page.goto(`${address}/calls/100`);
    await ide.ready();
    await ide.inspector.getByText("call 100").waitFor();
    await ide.openPanel("Calls");
    await rowOf(visit, 100).and(page.locator("[aria-selected=true]")).waitFor();
    await page.keyboard.press("Escape");
  });

  test("are filtered by terms, and the sums are of those that are shown", async () => {
    const { ide, page } = await opened();
    await ide.calls.focus();
    await page.keyboard.press("/");
    await page.keyboard.type("is:failed");
    await ide.calls.getByText("12 of 120 calls").waitFor();
    await ide.callRows.first().filter({ hasText: "429" }).waitFor();
    await page.keyboard.press("Escape");
    await ide.calls.getByText("120 calls", { exact: true }).waitFor();

    await field(visit).fill("embedding cost>0");
    await ide.calls.getByText("108 of 120 calls").waitFor();
    await field(visit).fill("bogus:1 call:7");
    await page.getByRole("status").filter({ hasText: "“bogus” can't be asked for" }).waitFor();
    await ide.calls.getByText("1 of 120 calls").waitFor();
    await field(visit).fill("");
    await chip(visit, "Failed 12").click();
    await ide.calls.getByText("12 of 120 calls").waitFor();
    await chip(visit, "Unknown cost 0").click();
    await page.getByText("All 120 calls are hidden").waitFor();
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await ide.calls.getByText("120 calls", { exact: true }).waitFor();
  });

  test("tell what the filter understands, and an example goes into it by a press", async () => {
    const { ide, page } = await opened();
    await page.getByRole("button", { name: "What the filter understands" }).click();
    await page.getByRole("button", { name: "status:429" }).click();
    await ide.calls.getByText("12 of 120 calls").waitFor();
    expect(await field(visit).inputValue()).toBe("status:429");
  });

  test("are sorted by a head, the other way by a second press, and as they came by a third", async () => {
    const { ide, page } = await opened();
    const head = page.getByRole("columnheader", { name: "Status" });
    const numbers = (): Promise<readonly string[]> => ide.callRows.locator(".calls-number").allInnerTexts();
    await rowOf(visit, 2).click();
    await ide.inspector.waitFor();
    await head.getByRole("button").click();
    expect(await head.getAttribute("aria-sort")).toBe("ascending");
    await head.getByRole("button").click();
    expect(await head.getAttribute("aria-sort")).toBe("descending");
    await page.evaluate(`void (${list}.scrollTop = 0)`);
    await ide.callRows.first().filter({ hasText: "429" }).waitFor();
    await head.getByRole("button").click();
    expect(await head.getAttribute("aria-sort")).toBeNull();
    await expect.poll(numbers).toEqual(expect.arrayContaining(["1", "2", "3"]));
    // What was chosen is the same call, and in view.
    await ide.callRows
      .and(page.locator("[aria-selected=true]"))
      .filter({ hasText: "2" })
      .click({ trial: true });
    await page.keyboard.press("Escape");
  });

  test("are stepped through as the list shows them, sorted and filtered", async () => {
    const { ide, page } = await opened();
    await field(visit).fill("is:failed");
    await ide.calls.getByText("12 of 120 calls").waitFor();
    const head = page.getByRole("columnheader").first();
    await head.getByRole("button").click();
    await head.getByRole("button").click();
    expect(await head.getAttribute("aria-sort")).toBe("descending");
    const numbers = await ide.callRows.locator(".calls-number").allInnerTexts();
    await ide.callRows.first().click();
    const shown = (number: string | undefined): Promise<void> =>
      ide.inspector.getByText(new RegExp(`^call ${number ?? ""} of 12$`)).waitFor();
    await shown(numbers[0]);
    expect(await ide.inspector.getByRole("button", { name: "Previous call" }).isDisabled()).toBe(true);
    await ide.inspector.getByRole("tab", { name: "Overview" }).focus();
    await page.keyboard.press("Alt+ArrowDown");
    await shown(numbers[1]);
    await page.keyboard.press("Alt+ArrowUp");
    await shown(numbers[0]);
    await page.keyboard.press("Escape");
  });

  test("lead to the line that sent them", async () => {
    const { ide, page } = await opened();
    await ide.callRows.first().getByRole("button", { name: "10", exact: true }).click();
    await page.locator(".page").getByText("Ln 10").waitFor();
    await ide.inspector.waitFor({ state: "detached" });
    await field(visit).fill("line:10");
    await ide.calls.getByText("120 calls", { exact: true }).waitFor();
  });

  test("have the columns and the widths that were chosen, also after a reload", async () => {
    const { ide, page } = await opened();
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Provider" }).click();
    await page.getByRole("columnheader", { name: "Provider" }).waitFor();
    const cost = page.getByRole("columnheader", { name: "Cost" });
    const widthOf = async (): Promise<number> => (await cost.boundingBox())?.width ?? 0;
    const before = await widthOf();
    await cost.getByRole("button").focus();
    await page.keyboard.press("Shift+ArrowRight");
    await expect.poll(widthOf).toBe(before + 8);
    await page.reload();
    await ide.ready();
    await ide.openPanel("Calls");
    await page.getByRole("columnheader", { name: "Provider" }).waitFor();
    await expect.poll(widthOf).toBe(before + 8);
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("menuitem", { name: "The usual columns and widths" }).click();
    await page.getByRole("columnheader", { name: "Provider" }).waitFor({ state: "detached" });
    await expect.poll(widthOf).toBe(before);
  });
});

describe("while calls come", () => {
  test("the list follows the newest until a call is chosen, and then that one stays", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.usePipes();
    await ide.run(`${sending(40)}\ninput()\nall_of(range(40, 80))`);
    await ide.runIs("running");
    await ide.openPanel("Calls");
    await ide.calls.getByText("40 calls", { exact: true }).waitFor();
    // The last of them is in view by itself.
    const last = ide.callRows.last();
    await expect.poll(() => last.getAttribute("aria-rowindex")).toBe("41");
    await ide.calls.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await ide.inspector.getByText("call 1").waitFor();
    await ide.openPanel("Output");
    await ide.input.fill("go on");
    await ide.input.press("Enter");
    await ide.openPanel("Calls");
    await ide.calls.getByText("80 calls", { exact: true }).waitFor();
    const chosen = ide.callRows.and(page.locator("[aria-selected=true]"));
    expect(await chosen.getAttribute("aria-rowindex")).toBe("2");
    await chosen.click({ trial: true });
    await ide.runIs("finished");
    expect(await chosen.getAttribute("aria-rowindex")).toBe("2");
  });
});

test("on a phone the calls are cards that are filtered and ordered, no wider than the screen", async () => {
  await using visit = await world.visit({ size: phone });
  const { ide, page } = visit;
  await ide.write(sending(20));
  await page.locator(".run-button.floating").click();
  await ide.runIs("finished");
  await ide.openPanel("Calls");
  await ide.calls.getByText("20 calls", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Order", exact: true }).click();
  await page.getByRole("menuitemradio", { name: "Status" }).click();
  await page.getByRole("searchbox", { name: "Filter the calls" }).fill("is:failed");
  await ide.calls.getByText("2 of 20 calls").waitFor();
  expect(await page.evaluate(`document.scrollingElement.scrollWidth - innerWidth`)).toBe(0);
  expect(await page.evaluate(`${list}.scrollWidth - ${list}.clientWidth`)).toBe(0);
});

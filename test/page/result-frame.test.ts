/** A stranger's HTML in the frame that is made for it reaches nothing: no page, no session, no network, no other address. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type Visit, type World } from "./product.ts";

let world: World;
let elsewhere: Server;
let elsewhereAddress: string;
/** What reached the server elsewhere. */
const reached: string[] = [];
beforeAll(async () => {
  world = await openWorld();
  elsewhere = createServer((request, response) => {
    reached.push(request.url ?? "");
    response.setHeader("access-control-allow-origin", "*");
    response.end("x");
  });
  elsewhere.listen(0, "127.0.0.1");
  await once(elsewhere, "listening");
  elsewhereAddress = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  elsewhere.closeAllConnections();
  elsewhere.close();
});

/** Shows HTML as the output does, and resolves with what the document says of itself in `answer`, once it has. */
async function shown(visit: Visit, html: string): Promise<string> {
  // The browser reports what its policies refuse: here that is the wish.
  visit.expectComplaints(/./);
  await framed(visit, html);
  const frame = visit.page.frames().find((other) => other.url().endsWith("/result-frame"));
  if (frame === undefined) throw new Error("there is no frame");
  const answer = frame.locator("#answer");
  await answer.waitFor();
  return answer.innerText();
}

const framed = (visit: Visit, html: string): Promise<void> =>
  visit.page.evaluate<void>(`new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts");
    frame.src = "/result-frame";
    frame.style = "position: fixed; z-index: 9999; inset: 0 auto auto 0; width: 400px; height: 300px";
    frame.onload = () => {
      frame.onload = null;
      frame.contentWindow.postMessage({ html: ${JSON.stringify(html)}, style: "" }, "*");
      resolve();
    };
    document.body.append(frame);
  })`);

/** A document that tries each of these, and tells by name what came of it. */
const trying = (attempts: Readonly<Record<string, string>>): string => `
<script>
  const say = (text) => { const p = document.createElement("p"); p.id = "answer"; p.textContent = text; document.body.append(p); };
  const attempts = { ${Object.entries(attempts)
    .map(([name, code]) => `${JSON.stringify(name)}: async () => (${code})`)
    .join(", ")} };
  addEventListener("load", async () => {
    const said = [];
    for (const [name, attempt] of Object.entries(attempts)) {
      try { said.push(name + ": " + await attempt()); } catch { said.push(name + ": refused"); }
    }
    say(said.join("; "));
  });
</script>`;

describe("a document that a program shows", () => {
  test("runs its own scripts and has its own styles, of no origin", async () => {
    await using visit = await world.visit();
    const answer = await shown(
      visit,
      `<style>b { color: rgb(1, 2, 3) }</style><b>bold</b>${trying({
        origin: "self.origin",
        colour: "getComputedStyle(document.querySelector('b')).color",
      })}`,
    );
    expect(answer).toBe("origin: null; colour: rgb(1, 2, 3)");
  });

  test("reaches neither the page around it nor what the browser keeps for it", async () => {
    await using visit = await world.visit();
    const answer = await shown(
      visit,
      trying({
        page: "parent.document.title",
        top: "(top.location = 'about:blank', 'left')",
        cookies: "document.cookie",
        storage: "localStorage.length",
        window: "window.open('about:blank') === null ? 'none' : 'opened'",
        dialog: "String(alert('x'))",
      }),
    );
    expect(answer).toBe(
      "page: refused; top: refused; cookies: refused; storage: refused; window: none; dialog: undefined",
    );
    expect(await visit.page.title()).toContain("Python IDE");
  });

  test("reaches neither this server nor another, by any way that loads", async () => {
    await using visit = await world.visit();
    const loads = (code: string): string =>
      `new Promise((resolve) => { const at = ${code}; at.onload = () => resolve("loaded"); at.onerror = () => resolve("refused"); document.body.append(at); })`;
    const answer = await shown(
      visit,
      trying({
        api: "(await fetch('/api/session')).status",
        network: `(await fetch('${elsewhereAddress}/fetch')).status`,
        beacon: `navigator.sendBeacon('${elsewhereAddress}/beacon', 'x') ? 'sent' : 'refused'`,
        image: loads(`Object.assign(new Image(), { src: '${elsewhereAddress}/image' })`),
        script: loads(
          `Object.assign(document.createElement("script"), { src: '${elsewhereAddress}/script' })`,
        ),
        style: loads(
          `Object.assign(document.createElement("link"), { rel: "stylesheet", href: '${elsewhereAddress}/style' })`,
        ),
        socket: `await new Promise((resolve, reject) => { const at = new WebSocket('${elsewhereAddress.replace("http", "ws")}/socket'); at.onopen = () => resolve("open"); at.onerror = reject; })`,
      }),
    );
    expect(answer.replace("beacon: sent; ", "beacon: refused; ")).toBe(
      "api: refused; network: refused; beacon: refused; image: refused; script: refused; style: refused; socket: refused",
    );
    expect(reached).toEqual([]);
  });

  test.each([
    ["a script", () => `<script>location = "${elsewhereAddress}/script"</script>`],
    ["itself", () => `<meta http-equiv="refresh" content="0; url=${elsewhereAddress}/refresh">`],
    ["a link", () => `<a id="out" href="${elsewhereAddress}/link">out</a><script>out.click()</script>`],
    ["another frame in it", () => `<iframe src="${elsewhereAddress}/frame"></iframe>`],
  ])("can't lead its frame elsewhere by %s", async (_, html) => {
    await using visit = await world.visit();
    visit.expectComplaints(/./);
    const refused = visit.page.waitForEvent("console", (message) =>
      /Content Security Policy|frame-src/.test(message.text()),
    );
    await framed(visit, html());
    await refused;
    expect(reached).toEqual([]);
  });

  test("sends no form", async () => {
    await using visit = await world.visit();
    const answer = await shown(
      visit,
      `<form action="${elsewhereAddress}/form" method="post"><button>send</button></form>
       ${trying({ form: "(document.querySelector('button').click(), 'pressed')" })}`,
    );
    expect(answer).toBe("form: pressed");
    expect(reached).toEqual([]);
  });

  test("is not shown to anybody who opens its address, or frames it elsewhere", async () => {
    await using visit = await world.visit();
    visit.expectComplaints(/403|Failed to load/);
    const other = await visit.context.newPage();
    const reply = await other.goto(`${world.product.origin}/result-frame`);
    expect(reply?.status()).toBe(403);
    await other.close();
  });
});

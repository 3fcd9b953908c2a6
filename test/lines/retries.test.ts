/** What a client library sends again by itself is told as that, and what the program itself sends again is not. */
import type { RequestListener } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLinesWorld, plainAnswer, type LinesRun, type LinesWorld } from "./lines-world.ts";

let world: LinesWorld;
beforeAll(async () => {
  world = await createLinesWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** Answers in turn with these; "cut" breaks the connection off. Then all is well. */
function answersInTurn(...statuses: readonly (number | "cut")[]): RequestListener {
  const left = [...statuses];
  return (request, response) => {
    const status = left.shift();
    if (status === undefined) plainAnswer(request, response);
    else if (status === "cut") request.resume().on("end", () => response.destroy());
    else
      request.resume().on("end", () => {
        response.writeHead(status, { "Content-Type": "application/json" });
        response.end(`{"error":{"code":${status},"message":"no"}}`);
      });
  };
}

const tries = ({ calls }: LinesRun): unknown[] =>
  calls.map(({ number, status, retryOf, sentFrom }) => [number, status, retryOf, sentFrom?.[0]?.line]);

const session = `import os, requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry
url = "https://openrouter.ai/api/v1/chat/completions"
headers = {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"]}
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=Retry(3, status_forcelist=[408, 429, 503], allowed_methods=None, respect_retry_after_header=False)))
def ask(text):
    return session.post(url, json={"model": "m", "messages": text}, headers=headers).status_code
`;

/** As SDKs are made: a loop around a client, in a package. */
const sdk = {
  "kept/site-packages/sdk.py": `import asyncio, httpx, os
headers = {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"]}
def _again(status):
    return status in (408, 409, 429) or status >= 500
class Client:
    def __init__(self):
        self.client = httpx.Client(headers=headers)
    def create(self, **wanted):
        for attempt in range(3):
            try:
                reply = self.client.post("https://openrouter.ai/api/v1/chat/completions", json=wanted)
            except httpx.TransportError:
                continue
            if not _again(reply.status_code):
                break
        return reply.status_code
class AsyncClient:
    def __init__(self):
        self.client = httpx.AsyncClient(headers=headers)
    async def create(self, **wanted):
        for attempt in range(3):
            reply = await self.client.post("https://openrouter.ai/api/v1/chat/completions", json=wanted)
            if not _again(reply.status_code):
                break
            await asyncio.sleep(0)
        return reply.status_code
`,
};
const useSdk = `import sys
sys.path.insert(0, "/project/kept/site-packages")
import sdk
`;

test("an adapter's retries are retries of its first try", async () => {
  world.answer(answersInTurn(429, 503));
  const ran = await world.run(`${session}print(ask("a"), ask("b"))`);
  expect(ran).toMatchObject({ stdout: "200 200\n", stderr: "" });
  expect(tries(ran)).toEqual([
    [1, 429, null, 9],
    [2, 503, 1, 9],
    [3, 200, 1, 9],
    [4, 200, null, 9],
  ]);
});

test("an SDK's retries are its own, also after a connection that broke", async () => {
  world.answer(answersInTurn(500, "cut"));
  const ran = await world.run(`${useSdk}print(sdk.Client().create(model="m"))`, sdk);
  expect(ran).toMatchObject({ stdout: "200\n", stderr: "" });
  expect(ran.calls.map(({ retryOf }) => retryOf)).toEqual([null, 1, 1]);
});

test("of calls at once, each has its own tries", async () => {
  world.answer(answersInTurn(429, 429, 429));
  const ran = await world.run(
    `${useSdk}import asyncio
client = sdk.AsyncClient()
async def main():
    print(*await asyncio.gather(*[client.create(model="m", seed=seed) for seed in range(3)]))
asyncio.run(main())`,
    sdk,
  );
  expect(ran).toMatchObject({ stdout: "200 200 200\n", stderr: "" });
  expect(ran.calls.map(({ retryOf }) => String(retryOf)).sort()).toEqual([
    "1",
    "2",
    "3",
    "null",
    "null",
    "null",
  ]);
});

test("what the program itself sends again is no retry, however alike it is", async () => {
  world.answer(answersInTurn(429, 429, 429, 429));
  const ran = await world.run(
    `${session}session.mount("https://", HTTPAdapter())
for turn in range(3):
    print(ask("a"))
print([session.post(url, headers=headers).status_code for turn in range(2)])`,
  );
  expect(ran.stderr).toBe("");
  expect(ran.calls.map(({ status, retryOf }) => [status, retryOf])).toEqual([
    [429, null],
    [429, null],
    [429, null],
    [429, null],
    [200, null],
  ]);
});

test("the same request again without an error before it is none either", async () => {
  world.answer(plainAnswer);
  const ran = await world.run(
    `import httpx
def twice(client, url):
    return [client.post(url, content=b"{}").status_code for turn in range(2)]
with httpx.Client() as client:
    print(*map(twice, [client], ["https://openrouter.ai/api/v1/chat/completions"]))`,
  );
  expect(ran.stderr).toBe("");
  expect(ran.calls.map(({ retryOf }) => retryOf)).toEqual([null, null]);
});

/** Promises of the gateway, kept towards real clients over real TLS: bytes in are bytes out, and every call is seen. */
import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { createWorld, realKey } from "./gateway-fixture.ts";
import { placeholder } from "./program-request-for-tests.ts";
import { toCallRecord } from "./call-view.ts";

const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11, cost: 0.0000068 };
const chunk = (content: string, more: object = {}): string =>
  event({
    id: "gen-1790000000-Ab3dE5fG7hJ9kL1mN2pQ",
    object: "chat.completion.chunk",
    model: "openai/gpt-4.1-mini",
    provider: "OpenAI",
    choices: [{ index: 0, delta: { role: "assistant", content }, finish_reason: null }],
    ...more,
  });

function streamHead(response: ServerResponse): void {
  response.writeHead(200, "OK", [
    "Content-Type",
    "text/event-stream",
    "X-Generation-Id",
    "gen-1",
    "Cache-Control",
    "no-cache",
  ]);
  response.flushHeaders();
}

test("a streamed call passes as it comes, and is recorded with its numbers", async () => {
  const parts = [
    ": OPENROUTER PROCESSING\n\n",
    chunk("Hel"),
    chunk("lo"),
    chunk("", { usage }),
    "data: [DONE]\n\n",
  ];
  let seen: { authorization: string | undefined; body: string } | null = null;
  await using world = await createWorld({
    upstream: (request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => {
        seen = { authorization: request.headers.authorization, body };
        streamHead(response);
        for (const part of parts) response.write(part);
        response.end();
      });
    },
  });
  const { stdout, stderr } = await world.python(`
import json, os, urllib.request
request = urllib.request.Request("https://openrouter.ai/api/v1/chat/completions", method="POST",
    data=json.dumps({"model": "openai/gpt-4.1-mini", "stream": True, "messages": []}).encode(),
    headers={"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json"})
with urllib.request.urlopen(request) as reply:
    print(reply.status, reply.read().decode(), end="")
`);
  expect(stderr).toBe("");
  expect(stdout).toBe(`200 ${parts.join("")}`);
  expect(seen).toEqual({
    authorization: `Bearer ${realKey}`,
    body: '{"model": "openai/gpt-4.1-mini", "stream": true, "messages": []}',
  });
  const [row] = await world.settled(1);
  expect(row).toMatchObject({
    state: "done",
    status: 200,
    stream: true,
    model: "openai/gpt-4.1-mini",
    provider: "OpenAI",
    promptTokens: 9,
    completionTokens: 2,
    costText: "0.0000068",
    costPicoUsd: 6_800_000n,
    generationId: "gen-1",
    errorCode: null,
    recordingCut: false,
  });
  const record = toCallRecord(row!, world.recordings.get(row!.id)!);
  expect(record.answer).toBe("Hello");
  expect(record.events.map(({ kind }) => kind)).toEqual(["comment", "data", "data", "data", "end"]);
  // That it streams is told when that lasts.
  const states = world.announced.map(({ state }) => state).filter((state) => state !== "streaming");
  expect(states).toEqual(["open", "done"]);
  expect(JSON.stringify([world.announced, record, world.logged])).not.toContain(placeholder);
});

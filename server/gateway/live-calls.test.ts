/** What is told of a call while it goes on. */
import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { createWorld } from "./gateway-fixture.ts";

test("the first piece of a stream's content is told when it comes, and not only at the end", async () => {
  const replies: ServerResponse[] = [];
  await using world = await createWorld({
    upstream: (request, response) => {
      request.resume();
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(": OPENROUTER PROCESSING\n\n");
      replies.push(response);
    },
  });
  const asked = world.ask("chat/completions", { model: "m", stream: true, messages: [] });
  const newest = () => world.announced.at(-1);
  await expect.poll(() => newest()?.state, { timeout: 20_000 }).toBe("streaming");
  expect(newest()?.ttftMs).toBeNull();
  // Whose time is whose shows while it goes on.
  expect(newest()?.queuedMs).toBeGreaterThan(0);

  replies[0]?.write('data: {"choices":[{"delta":{"content":"Hello"}}]}\n\n');
  await expect.poll(() => newest()?.ttftMs, { timeout: 20_000 }).toBeGreaterThan(0);
  const first = newest();
  expect(first).toMatchObject({ state: "streaming", durationMs: null });

  replies[0]?.write('data: {"choices":[{"delta":{"content":" again"}}]}\n\n');
  replies[0]?.end("data: [DONE]\n\n");
  await asked;
  const [row] = await world.settled(1);
  expect(row).toMatchObject({ ttftMs: first?.ttftMs, queuedMs: first?.queuedMs });
  await expect.poll(() => newest()?.state, { timeout: 20_000 }).toBe("unknown");
  expect(world.announced.map(({ state }) => state)).toEqual(["open", "streaming", "streaming", "unknown"]);
});

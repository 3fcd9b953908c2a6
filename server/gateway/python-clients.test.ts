/** Unmodified programs with every client that people use get what OpenRouter sent, plain at once and streamed as it comes. */
import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { createWorld, realKey } from "./gateway-fixture.ts";

const plainReply =
  '{"id":"gen-2","model":"m","usage":{"cost":8e-8},"choices":[{"message":{"content":"grüße"}}]}';

/** Each prints the status, then every piece of the body as it comes, without anything between. */
const clients: Readonly<Record<string, string>> = {
  urllib: `
import urllib.request
with urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers)) as reply:
    out(reply.status)
    while piece := reply.read1(65536): out(piece)
`,
  "http.client": `
import http.client
connection = http.client.HTTPSConnection("openrouter.ai")
connection.request("POST", path, body, headers)
reply = connection.getresponse()
out(reply.status)
while piece := reply.read1(65536): out(piece)
`,
  requests: `
import requests
with requests.post(url, data=body, headers=headers, stream=True) as reply:
    out(reply.status_code)
    for piece in reply.iter_content(chunk_size=None): out(piece)
`,
  httpx: `
import httpx
with httpx.stream("POST", url, content=body, headers=headers) as reply:
    out(reply.status_code)
    for piece in reply.iter_bytes(): out(piece)
`,
  "httpx async": `
import asyncio, httpx
async def main():
    async with httpx.AsyncClient() as client, client.stream("POST", url, content=body, headers=headers) as reply:
        out(reply.status_code)
        async for piece in reply.aiter_bytes(): out(piece)
asyncio.run(main())
`,
  aiohttp: `
import asyncio, aiohttp
async def main():
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as reply:
        out(reply.status)
        async for piece in reply.content.iter_any(): out(piece)
asyncio.run(main())
`,
  "strict ssl by hand": `
import socket, ssl
context = ssl.create_default_context()
context.verify_flags |= ssl.VERIFY_X509_STRICT
context.set_alpn_protocols(["h2", "http/1.1"])
with socket.create_connection(("openrouter.ai", 443)) as plain, context.wrap_socket(plain, server_hostname="openrouter.ai") as wire:
    assert wire.selected_alpn_protocol() == "http/1.1"
    lines = [f"POST {path} HTTP/1.0", "Host: openrouter.ai", f"Content-Length: {len(body)}"] + [f"{k}: {v}" for k, v in headers.items()]
    wire.sendall("\\r\\n".join(lines).encode() + b"\\r\\n\\r\\n" + body)
    head = b""
    while b"\\r\\n\\r\\n" not in head: head += wire.recv(1)
    out(int(head.split()[1]))
    while piece := wire.recv(65536): out(piece)
`,
  "curl as a child": `
import subprocess
options = [part for k, v in headers.items() for part in ("-H", f"{k}: {v}")]
child = subprocess.Popen(["curl", "-sSN", "--http2", "-w", "", "--connect-to", "openrouter.ai:443:127.0.0.1:" + os.environ["GATEWAY_PORT"],
    *options, "--data-binary", "@-", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdin.write(body); child.stdin.close()
out(200)
while piece := child.stdout.read1(65536): out(piece)
`,
};

const program = (client: string, query = ""): string => `
import json, os, sys
path = "/api/v1/chat/completions${query}"
url = "https://openrouter.ai" + path
headers = {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json", "X-Title": "A title"}
body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "grüße"}]}).encode()
def out(piece):
    sys.stdout.buffer.write(piece if isinstance(piece, bytes) else b"%d " % piece)
    sys.stdout.flush()
${client}`;

test.each(Object.entries(clients))("%s gets a plain reply byte for byte", async (_name, client) => {
  const requests: unknown[] = [];
  await using world = await createWorld({
    upstream: (request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => {
        requests.push([request.url, request.headers.authorization, request.headers["x-title"], body]);
        response.writeHead(200, { "Content-Type": "application/json" }).end(plainReply);
      });
    },
  });
  const { stdout, stderr } = await world.python(program(client, "?a=%20b"));
  expect({ stdout, stderr }).toEqual({ stdout: `200 ${plainReply}`, stderr: "" });
  expect(requests).toEqual([
    [
      "/api/v1/chat/completions?a=%20b",
      `Bearer ${realKey}`,
      "A title",
      '{"model": "m", "messages": [{"role": "user", "content": "gr\\u00fc\\u00dfe"}]}',
    ],
  ]);
  const [row] = await world.settled(1);
  expect(row).toMatchObject({ state: "done", costText: "8e-8", costPicoUsd: 80_000n, stream: false });
});

test.each(Object.entries(clients))(
  "%s sees each piece of a stream before the next is sent",
  async (_name, client) => {
    const pieces = [
      ": OPENROUTER PROCESSING\n\n",
      'data: {"n":1}\n\n',
      "data: gr\u00fc\u00dfe\r\n\r\n",
      "data: [DONE]\n\n",
    ];
    const replies: ServerResponse[] = [];
    await using world = await createWorld({
      upstream: (request, response) => {
        request.resume().on("end", () => {
          response.writeHead(200, { "Content-Type": "text/event-stream" });
          response.flushHeaders();
          response.write(pieces[0]);
          replies.push(response);
        });
      },
    });
    const child = world.startPython(program(client));
    let errors = "";
    child.stderr!.setEncoding("utf8").on("data", (text: string) => (errors += text));
    let seen = "";
    let sent = 1;
    child.stdout!.setEncoding("utf8");
    for await (const text of child.stdout!) {
      seen += String(text);
      if (seen !== `200 ${pieces.slice(0, sent).join("")}`) continue;
      if (sent < pieces.length) replies[0]?.write(pieces[sent++]);
      else replies[0]?.end();
    }
    expect({ seen, errors }).toEqual({ seen: `200 ${pieces.join("")}`, errors: "" });
  },
);

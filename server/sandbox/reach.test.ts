/** What a program is told of a host that it can't reach, by whatever client: the host, and what would open it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sandbox } from "./sandbox.ts";
import { makeTestSandbox, runProgram } from "./sandbox-for-tests.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeTestSandbox();
});
afterAll(() => sandbox.close());

const clients: Readonly<Record<string, string>> = {
  urllib: `import urllib.request; urllib.request.urlopen("https://api.example.com/x")`,
  "http.client": `import http.client; http.client.HTTPSConnection("api.example.com").request("GET", "/")`,
  requests: `import requests; requests.get("https://api.example.com/x")`,
  httpx: `import httpx; httpx.get("https://api.example.com/x")`,
  "httpx async": `
import asyncio, httpx
async def main():
    async with httpx.AsyncClient() as client: await client.get("https://api.example.com/x")
asyncio.run(main())`,
  aiohttp: `
import asyncio, aiohttp
async def main():
    async with aiohttp.ClientSession() as session: await session.get("https://api.example.com/x")
asyncio.run(main())`,
  "asyncio streams": `import asyncio; asyncio.run(asyncio.open_connection("api.example.com", 443))`,
  "a socket by name": `import socket; socket.create_connection(("api.example.com", 443))`,
  "a module that was loaded late": `import importlib; importlib.import_module("sock" + "et").getaddrinfo("api.example.com", 443)`,
  "a thread of a pool": `
from concurrent.futures import ThreadPoolExecutor
import requests
with ThreadPoolExecutor(4) as pool: pool.submit(requests.get, "https://api.example.com/").result()`,
  "a fork": `
import multiprocessing, urllib.request
with multiprocessing.get_context("fork").Pool(1) as pool: pool.map(urllib.request.urlopen, ["https://api.example.com/"])`,
};

test.each(Object.entries(clients))(
  "%s names the host and the setting in its error",
  async (_name, program) => {
    const ran = await runProgram(sandbox, program);
    expect(ran.end.exitCode).toBe(1);
    expect(ran.stderr.split("\n").at(-2)).toMatch(
      /api\.example\.com can't be reached from here: .*'What programs may reach'/i,
    );
  },
);

test("an address is named, too, with the error's own number", async () => {
  const ran = await runProgram(
    sandbox,
    `import errno, socket
for address in ("1.1.1.1", "10.0.0.1", "169.254.169.254"):
    try: socket.create_connection((address, 443), 5)
    except OSError as error: print(errno.errorcode[error.errno], address in str(error), "--allow-host" in str(error))`,
  );
  expect(ran.stdout).toBe("ENETUNREACH True True\n".repeat(3));
});

test("error classes and numbers are those of a machine without a name server", async () => {
  const ran = await runProgram(
    sandbox,
    `import socket, subprocess, sys
ask = "import socket\\ntry: socket.getaddrinfo('api.example.com', 443)\\nexcept socket.gaierror as error: print(type(error).__module__, error.errno, error.errno == socket.EAI_AGAIN)"
exec(ask)
sys.stdout.flush()
subprocess.run([sys.executable, "-c", ask])`,
  );
  const [here, child] = ran.stdout.trim().split("\n");
  expect(here).toBe("socket -3 True");
  expect(child).toBe(here);
});

test("names that are there are found as before: the machine's own, OpenRouter's, and addresses in every form", async () => {
  const ran = await runProgram(
    sandbox,
    `import socket
for name in ("localhost", "openrouter.ai", "OpenRouter.AI", "sandbox", "127.0.0.1", "127.1", None, b"localhost"):
    print(name, socket.getaddrinfo(name, 80, socket.AF_INET)[0][4][0])
print(socket.gethostbyname(socket.gethostname()), socket.getaddrinfo("::1", 1)[0][4][0])
with socket.socket() as listener:
    listener.bind(("0.0.0.0", 0)); listener.listen()
    socket.create_connection(("0.0.0.0", listener.getsockname()[1])).close()
one, two = socket.socketpair(); one.send(b"x"); print(two.recv(1))`,
  );
  expect(ran.stderr).toBe("");
  expect(ran.stdout.split("\n").slice(0, 3)).toEqual([
    "localhost 127.0.0.1",
    "openrouter.ai 127.0.0.1",
    "OpenRouter.AI 127.0.0.1",
  ]);
  expect(ran.stdout).toContain("127.0.0.1 ::1\nb'x'\n");
});

test("curl as a child names the host", async () => {
  const ran = await runProgram(
    sandbox,
    `import subprocess; subprocess.run(["curl", "-sS", "https://api.example.com/"])`,
  );
  expect(ran.stderr).toContain("Could not resolve host: api.example.com");
});

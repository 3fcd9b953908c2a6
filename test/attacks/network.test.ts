/** Where a program could connect to: its own loopback and nothing else (threat catalogue A50, A51). */
import { createServer, type AddressInfo, type Server } from "node:net";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sandbox } from "../../server/sandbox/sandbox.ts";
import { makeTestSandbox, runProgram, startProgram } from "../../server/sandbox/sandbox-for-tests.ts";
import { prelude } from "./prelude.ts";

let sandbox: Sandbox;
let host: Server;
let hostSocket: Server;
let reached = 0;
const abstractName = `\0openrouter-ide-test-${process.pid}`;
beforeAll(async () => {
  sandbox = await makeTestSandbox();
  host = createServer(() => (reached += 1)).listen(0, "127.0.0.1");
  hostSocket = createServer(() => (reached += 1)).listen(abstractName);
  await Promise.all([once(host, "listening"), once(hostSocket, "listening")]);
});
afterAll(async () => {
  host.close();
  hostSocket.close();
  await sandbox.close();
});

test("A50 the server's ports, the local network, the metadata address and every name server are out of reach", async () => {
  const { port } = host.address() as AddressInfo;
  const ran = await runProgram(
    sandbox,
    `${prelude}
def reach(family, kind, address):
    s = socket.socket(family, kind)
    s.settimeout(5)
    return answer(lambda: (s.connect(address), s.send(b"x")))
print(reach(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", ${port})))
for address in ("10.0.0.1", "192.168.0.1", "172.17.0.1", "169.254.169.254", "1.1.1.1", "255.255.255.255"):
    print(reach(socket.AF_INET, socket.SOCK_STREAM, (address, 80)), reach(socket.AF_INET, socket.SOCK_DGRAM, (address, 53)))
for address in ("fe80::1", "2606:4700:4700::1111", "ff02::1"):
    print(reach(socket.AF_INET6, socket.SOCK_STREAM, (address, 80)))
print(sorted(name for _, name in socket.if_nameindex()))`,
  );
  const lines = ran.stdout.trim().split("\n");
  expect(lines[0]).toBe("ECONNREFUSED");
  expect(lines.at(-1)).toBe("['lo']");
  for (const line of lines.slice(1, -1)) expect(line).not.toContain("done");
  expect(lines).toHaveLength(11);
  expect(reached).toBe(0);
});

test("A51 abstract sockets of the host and the gateway of another run are not there", async () => {
  const connections: string[] = [];
  const listenAs = (name: string) => async (handle: Parameters<Server["listen"]>[0]) => {
    const server = createServer((socket) => {
      connections.push(name);
      socket.end(name);
    });
    server.listen(handle);
    servers.push(server);
    await once(server, "listening");
  };
  const servers: Server[] = [];
  const asks = `${prelude}
print(answer(lambda: socket.socket(socket.AF_UNIX).connect(${JSON.stringify(abstractName).replace("\\u0000", "\\0")})))
print(socket.create_connection(("openrouter.ai", 443)).recv(100).decode())
print(answer(lambda: socket.socket().bind(("127.0.0.1", 443))))`;
  const runs = await Promise.all(
    ["first", "second"].map((name) => startProgram(sandbox, asks, {}, { listener: listenAs(name) })),
  );
  const [first, second] = await Promise.all(runs.map((run) => run.ran));
  for (const server of servers) server.close();
  expect(first?.stdout).toBe("ECONNREFUSED\nfirst\nEACCES\n");
  expect(second?.stdout).toBe("ECONNREFUSED\nsecond\nEACCES\n");
  expect(connections.sort()).toEqual(["first", "second"]);
  expect(reached).toBe(0);
});

test("a program may still serve and call itself", async () => {
  const ran = await runProgram(
    sandbox,
    `import threading, urllib.request, http.server
server = http.server.ThreadingHTTPServer(("127.0.0.1", 8000), type("H", (http.server.BaseHTTPRequestHandler,), {
    "do_GET": lambda self: (self.send_response(200), self.end_headers(), self.wfile.write(b"own")), "log_message": lambda *a: None}))
threading.Thread(target=server.serve_forever, daemon=True).start()
print(urllib.request.urlopen("http://127.0.0.1:8000").read())`,
  );
  expect(ran.stdout).toBe("b'own'\n");
});

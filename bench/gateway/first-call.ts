/** The first call of a fresh Python process over a line of 40 ms: straight, and through our gateway, whose own connection is open. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { python } from "../targets/spawning.ts";
import type { Sample } from "../measures/samples.ts";
import { shuffled } from "../measures/order.ts";
import { bodyOf, key, path } from "./shapes.ts";
import type { Gateway, World } from "./targets.ts";

export const firstCall = "first call of a fresh process, ms";
const roundTripMs = 40;

/** Times its own call only: the interpreter's start is the same for both. */
const program = (port: number, name: string, ca: string): string => `
import http.client, json, ssl, time
context = ssl.create_default_context(cafile=${JSON.stringify(ca)})
began = time.perf_counter()
import socket
class Connection(http.client.HTTPSConnection):
    def connect(self):
        plain = socket.create_connection(("127.0.0.1", ${port}))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = context.wrap_socket(plain, server_hostname=${JSON.stringify(name)})
connection = Connection(${JSON.stringify(name)})
connection.request("POST", ${JSON.stringify(path)}, ${JSON.stringify(bodyOf({}))}, {"Content-Type": "application/json", "Authorization": ${JSON.stringify(`Bearer ${key}`)}})
reply = connection.getresponse()
assert reply.status == 200, reply.status
assert json.load(reply)["usage"]["cost"] > 0
print((time.perf_counter() - began) * 1000)
`;

export async function measureFirstCalls(world: World, rounds: number): Promise<readonly Sample[]> {
  const line = await world.process("delay.ts", String(world.upstream.secure), String(roundTripMs));
  const port = Number(line.said["port"]);
  const ours = await world.ours(new URL(`https://localhost:${port}`));
  const ways = [
    await way(world, "direct", port, "localhost", world.upstream.ca),
    await way(world, "ours", Number(ours.origins[0]?.port), "openrouter.ai", ours.tls?.ca ?? ""),
  ];
  const samples: Sample[] = [];
  for (let round = 0; round <= rounds; round++) {
    for (const { name, run } of shuffled(ways, round)) {
      const value = await run();
      if (round > 0) samples.push({ target: name, measure: firstCall, round, value });
    }
  }
  return samples;
}

async function way(
  { folder }: World,
  name: Gateway["name"],
  port: number,
  servername: string,
  ca: string,
): Promise<{ readonly name: string; readonly run: () => Promise<number> }> {
  const authority = join(folder, `${name}-ca.pem`);
  const file = join(folder, `${name}.py`);
  await writeFile(authority, ca);
  await writeFile(file, program(port, servername, authority));
  return {
    name,
    run: async () => Number((await promisify(execFile)(python, ["-I", file])).stdout),
  };
}

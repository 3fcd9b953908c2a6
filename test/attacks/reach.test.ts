/** Other hosts: only those that were opened, by their own name, to where it is allowed at that moment (A50, A86, A89, A103). */
import { createServer as createHttps } from "node:https";
import { connect as dialPlain, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { OwnerId, RunId } from "../../contract/ids.ts";
import { noReach, type SetReach } from "../../contract/session.ts";
import { systemClock } from "../../server/clock.ts";
import { createAuthority } from "../../server/gateway/certificates.ts";
import type { Endpoint, ListenerHandle } from "../../server/gateway/gateway.ts";
import { openHosts } from "../../server/gateway/open-hosts.ts";
import { createGateway } from "../../server/gateway/tls-gateway.ts";
import { createHostDialer } from "../../server/hosts/host-dialer.ts";
import { createLog } from "../../server/log.ts";
import { newId } from "../../server/new-id.ts";
import { createBwrapSandbox } from "../../server/sandbox/bwrap-sandbox.ts";
import type { Sandbox } from "../../server/sandbox/sandbox.ts";
import { startProgram, testWay, type Ran } from "../../server/sandbox/sandbox-for-tests.ts";
import { openStore, type Store } from "../../server/store/open-store.ts";

const api = "api.example.com";
const other = "other.example.com";
const farAuthority = createAuthority("example.com", systemClock.now());

let store: Store;
let sandbox: Sandbox;
let far: ReturnType<typeof createHttps>;
let addresses: Record<string, readonly string[]>;
let reach: SetReach;
let current: () => Promise<SetReach>;
let arrived: string[];
let attach: (listener: ListenerHandle, notes: string[]) => Promise<Endpoint>;

beforeAll(async () => {
  const log = createLog("silent");
  const opened = await openStore("sqlite::memory:", log);
  if (!opened.ok) throw new Error(opened.error.says);
  store = opened.value;
  const { keyPem, certificatePem } = farAuthority.issue(api);
  far = createHttps({ key: keyPem, cert: certificatePem }, (request, response) => {
    arrived.push(`${request.method} ${request.headers.host} ${request.headers.authorization ?? "-"}`);
    let bytes = 0;
    request.on("data", (chunk: Buffer) => (bytes += chunk.length));
    request.on("end", () => response.end(`${bytes} bytes came`));
  }).listen(0, "127.0.0.1");
  await once(far, "listening");
  const gateway = await createGateway({
    calls: store.calls,
    clock: systemClock,
    log,
    hosts: createHostDialer({
      resolve: (name) => Promise.resolve(addresses[name] ?? []),
      dial: (): Socket => dialPlain((far.address() as AddressInfo).port, "127.0.0.1"),
    }),
  });
  sandbox = await createBwrapSandbox({
    authorityPem: gateway.authorityPem,
    python: null,
    warm: null,
    way: testWay(),
    log,
  });
  attach = (listener, notes) =>
    gateway.attach(listener, {
      runId: newId<RunId>(systemClock.now()),
      ownerId: newId<OwnerId>(systemClock.now()),
      upstream: {
        simulated: true,
        warm: () => undefined,
        send: () => Promise.reject(new Error("nothing is sent")),
      },
      changed: () => undefined,
      reach: {
        hosts: openHosts(reach.hosts),
        current: () => current(),
        note: (text) => void notes.push(text),
      },
    });
});
afterAll(async () => {
  await sandbox.close();
  await store.close();
  far.close();
  far.closeAllConnections();
});
beforeEach(() => {
  arrived = [];
  addresses = { [api]: ["93.184.216.34"] };
  reach = { ...noReach, hosts: [api] };
  current = () => Promise.resolve(reach);
});
afterEach(() => far.closeAllConnections());

async function runWith(program: string): Promise<Ran & { readonly notes: readonly string[] }> {
  const notes: string[] = [];
  let endpoint: Endpoint | null = null;
  const started = await startProgram(
    sandbox,
    `import http.client, os, socket, ssl, sys, urllib.request
context = ssl.create_default_context(cafile="far.pem")
${program}`,
    {
      owner: "somebody",
      hosts: openHosts(reach.hosts),
      files: new Map([["far.pem", Buffer.from(farAuthority.certificatePem)]]),
    },
    {
      listener: async (handle) => {
        endpoint = await attach(handle, notes);
      },
    },
  );
  const ran = await started.ran;
  await (endpoint as Endpoint | null)?.close();
  return { ...ran, notes };
}
const get = (name: string): string =>
  `print(urllib.request.urlopen("https://${name}/x", context=context).read().decode())`;

test("an opened host is reached by its name, its own certificate checked, and what went through is told", async () => {
  const ran = await runWith(`
body = b"x" * 3_000_000
print(urllib.request.urlopen(urllib.request.Request("https://${api}/x", body, {"Authorization": "Bearer mine"}), context=context).read().decode())
try: urllib.request.urlopen("https://${api}/x")
except OSError as error: print("CERTIFICATE_VERIFY_FAILED" in str(error))`);
  expect(ran.stderr).toBe("");
  expect(ran.stdout).toBe("3000000 bytes came\nTrue\n");
  expect(arrived).toEqual([`POST ${api} Bearer mine`]);
  expect(ran.notes).toEqual([
    expect.stringMatching(
      /^Besides OpenRouter this program reached: api\.example\.com, 2 connections, 2\.9 MiB sent, /,
    ),
  ]);
});

test("a host that was not opened stays unknown, and OpenRouter is the gateway as ever", async () => {
  const ran = await runWith(`
try: ${get(other)}
except OSError as error: print(error)
wire = http.client.HTTPSConnection("openrouter.ai")
wire.request("GET", "/api/v1/keys", headers={"Authorization": "Bearer " + "sk-or-v1-" + "0" * 64})
print(wire.getresponse().status, socket.gethostbyname("openrouter.ai"))`);
  expect(ran.stdout).toContain(`${other} can't be reached from here`);
  expect(ran.stdout).toContain("403 127.0.0.1\n");
  expect(arrived).toEqual([]);
});

test("A86 another name in the greeting, none, plain HTTP and unused addresses of the loopback get nowhere", async () => {
  const ran = await runWith(`
def shake(address, name, check=False):
    wrong = ssl._create_unverified_context()
    try: wrong.wrap_socket(socket.create_connection((address, 443), 20), server_hostname=name)
    except OSError as error: print(type(error).__name__, getattr(error, "reason", ""))
    else: print("connected")
address = socket.gethostbyname("${api}")
shake(address, "${other}")
shake(address, "openrouter.ai")
shake(address, None)
shake("127.1.0.77", "${api}")
shake("127.0.0.2", "${api}")
plain = socket.create_connection((address, 443), 20)
plain.sendall(b"GET / HTTP/1.1\\r\\nHost: ${api}\\r\\n\\r\\n")
print(plain.recv(100)[:1])`);
  expect(ran.stderr).toBe("");
  const lines = ran.stdout.trim().split("\n");
  expect(lines.slice(0, 3)).toEqual(Array<string>(3).fill("SSLError TLSV1_UNRECOGNIZED_NAME"));
  expect(lines.slice(3, 5).join()).not.toContain("connected");
  expect(lines[5]).toBe("b'\\x15'");
  expect(arrived).toEqual([]);
  expect(ran.notes).toContain(`A connection to ${api} was refused: it asked for ${other}.`);
  expect(ran.notes).toContain(`A connection to ${api} was refused: only TLS passes.`);
});

test("A89 a name that leads into a private network is refused at the connection, and said", async () => {
  addresses = { [api]: ["169.254.169.254"] };
  const ran = await runWith(`
try: ${get(api)}
except OSError as error: print("ACCESS_DENIED" in str(error))`);
  expect(ran.stdout).toBe("True\n");
  expect(ran.notes).toEqual([`${api} leads into this server's own network, so it was not connected.`]);
  expect(arrived).toEqual([]);
});

test("A89 a name that turns private between two connections, and a host that is taken off the list, are refused from then on", async () => {
  const answers = [["93.184.216.34"], ["10.0.0.1"], ["93.184.216.34"]];
  Object.defineProperty(addresses, api, { get: () => answers.shift() ?? [] });
  // The third time it is harmless again, but meanwhile somebody closed it.
  const settings = [reach, reach, noReach];
  current = () => Promise.resolve(settings.shift() ?? noReach);
  const ran = await runWith(`
for n in range(3):
    try: ${get(api)}
    except OSError as error: print("ACCESS_DENIED" in str(error))`);
  expect(ran.stdout).toBe("0 bytes came\nTrue\nTrue\n");
  expect(ran.notes.slice(0, 2)).toEqual([
    `${api} leads into this server's own network, so it was not connected.`,
    `${api} is not open to programs any more.`,
  ]);
});

test("with opened hosts the sandbox is no wider else: no other address, no other port, and names stay read-only", async () => {
  const ran = await runWith(`
def reach(address, port):
    try: socket.create_connection((address, port), 5)
    except OSError as error: print(type(error).__name__, error.errno)
    else: print("connected")
reach("1.1.1.1", 443)
reach("${api}", 80)
reach("${api}", 8443)
try: open("/etc/hosts", "a")
except OSError as error: print(error.errno in (13, 30))
print(open("/etc/hosts").read().count("example.com"), len(open(os.environ["SSL_CERT_FILE"]).read()) > 100_000)
try: socket.socket().bind(("127.0.0.1", 443))
except OSError as error: print(error.errno)`);
  expect(ran.stdout).toBe(
    "OSError 101\nConnectionRefusedError 111\nConnectionRefusedError 111\nTrue\n1 True\n13\n",
  );
});

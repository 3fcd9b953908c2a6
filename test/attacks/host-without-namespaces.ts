/** Tries a run where the kernel gives no user namespace, and prints what came of it as JSON. */
import { spawnSync } from "node:child_process";
import { Writable } from "node:stream";
import { makeTestSandbox } from "../../server/sandbox/sandbox-for-tests.ts";
import { ordinaryJob, quietSink } from "../../server/sandbox/sandbox.ts";

if (process.argv[2] !== "inside") {
  // A namespace of our own, so that its limit can be set to none without touching the host's.
  const inside = `echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" "$1" inside`;
  const tried = spawnSync(
    "unshare",
    [
      "--user",
      "--map-user=1000",
      "--map-group=1000",
      "--keep-caps",
      "sh",
      "-c",
      inside,
      process.execPath,
      import.meta.filename,
    ],
    { stdio: "inherit" },
  );
  process.exit(tried.status ?? 1);
}
const sandbox = await makeTestSandbox({ log: new Writable({ write: (_line, _encoding, done) => done() }) });
let output = "";
const started = await sandbox.start(
  {
    ...ordinaryJob,
    fileName: "main.py",
    source: Buffer.from("print('ran')"),
    memoryBytes: 2 ** 29,
  },
  {
    ...quietSink,
    output: (_, bytes) => void (output += Buffer.from(bytes).toString()),
    listener: async () => undefined,
  },
);
process.stdout.write(JSON.stringify({ checked: await sandbox.selfCheck(), started, output }));
await sandbox.close();

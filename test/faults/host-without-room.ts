/** Makes a sandbox where its temporary directory is full, and again when it is not; prints what came of it as JSON. */
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { makeTestSandbox, runProgram } from "../../server/sandbox/sandbox-for-tests.ts";

const make = () => makeTestSandbox({ log: new Writable({ write: (_line, _encoding, done) => done() }) });
const filler = join(tmpdir(), "filler");

/** Till the file system takes no more, with what was written kept. */
function fill(): void {
  try {
    for (;;) writeFileSync(filler, Buffer.alloc(4096), { flag: "a" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}

async function attempt(): Promise<string> {
  try {
    const sandbox = await make();
    const { stdout } = await runProgram(sandbox, "print('ran')");
    await sandbox.close();
    return stdout;
  } catch (error) {
    return (error as Error).message;
  }
}

fill();
const whileFull = await attempt();
rmSync(filler);
const sandbox = await make();
fill();
const filledLater = (await runProgram(sandbox, "open('/tmp/own', 'w').write('x' * 1000000)\nprint('ran')"))
  .stdout;
await sandbox.close();
rmSync(filler);
process.stdout.write(JSON.stringify({ whileFull, filledLater, afterwards: await attempt() }));

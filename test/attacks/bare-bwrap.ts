/** The self-check's own program in a bubblewrap that holds nothing back: what each of its checks says there. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { done } from "../../contract/failures.ts";
import type { Job, JobSink, RunningJob } from "../../server/sandbox/sandbox.ts";
import { checkSandbox } from "../../server/sandbox/self-check.ts";

/** No namespace but the one of mounts, so that nothing of the host's is written to. */
const bare = [
  "--tmpfs / --ro-bind /usr /usr",
  "--symlink usr/lib /lib --symlink usr/lib64 /lib64 --symlink usr/bin /bin",
  "--proc /proc --dev /dev --dir /home --tmpfs /tmp --tmpfs /project",
  "--setenv SECRET of-the-servers",
].flatMap((line) => line.split(" "));

/** Names of the weaknesses that are told. */
export async function namesToldInBareBwrap(bwrap: string): Promise<readonly string[]> {
  const weaknesses = await checkSandbox((job, sink) => Promise.resolve(done(start(bwrap, job, sink))));
  return weaknesses.map(({ name }) => name);
}

function start(bwrap: string, job: Job, sink: JobSink): RunningJob {
  const child = spawn(bwrap, [...bare, "--", "/usr/bin/python3", "-"], { stdio: "pipe" });
  child.stdin.end(job.source);
  const ended = async () => {
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close") as Promise<[number | null]>,
    ]);
    await sink.output("stdout", Buffer.from(stdout));
    await sink.output("stderr", Buffer.from(stderr));
    return exitCode;
  };
  return {
    write: () => false,
    closeInput: () => undefined,
    resize: () => undefined,
    interrupt: () => child.kill("SIGINT"),
    kill: () => child.kill("SIGKILL"),
    ended: ended().then((exitCode) => ({
      exitCode,
      signal: null,
      outOfMemory: false,
      outOfProcesses: false,
      fullDisk: null,
      wallMs: 0,
      cpuMs: 0,
      peakBytes: 0,
    })),
  };
}

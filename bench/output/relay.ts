/** A plain WebSocket relay of a child's standard output, in a process of its own, with python3's buffer and without. */
import { WebSocket } from "ws";
import { startLongLived } from "../measures/long-lived.ts";
import { plainEnvironment } from "../targets/spawning.ts";
import { printingFolders, type StreamingKind } from "./streaming.ts";

const server = new URL("relay-server.ts", import.meta.url).pathname;

const relay = (name: string, says: string, options: readonly string[]): StreamingKind => ({
  name,
  says,
  mark: "",
  isSlow: options.length > 0,
  async prepare() {
    const folders = await printingFolders();
    const printed = /^port (\d+)$/m;
    const started = await startLongLived([process.execPath, server], plainEnvironment, (text) =>
      printed.test(text),
    );
    const port = printed.exec(started.written())?.[1];
    return {
      ok: true,
      target: {
        stream(program, output) {
          const query = new URLSearchParams(options.map((option): [string, string] => ["option", option]));
          query.set("folder", folders.of(program));
          return follow(`ws://127.0.0.1:${port}/?${query.toString()}`, output);
        },
        serverPid: started.pid,
        async [Symbol.asyncDispose]() {
          await started[Symbol.asyncDispose]();
          await folders[Symbol.asyncDispose]();
        },
      },
    };
  },
});

function follow(address: string, output: (text: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address, { perMessageDeflate: false });
    socket.on("message", (bytes: Buffer) => output(bytes.toString()));
    socket.on("error", reject);
    socket.on("close", () => resolve());
  });
}

export const wsRelay = relay("ws-relay", "a 30-line Node server that passes a pipe on over a WebSocket", []);
export const wsRelayUnbuffered = relay("ws-relay -u", "the same with `python3 -u`", ["-u"]);

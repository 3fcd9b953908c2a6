/** Output through a plain pipe: of python3 itself, unbuffered, and of one in bubblewrap. */
import { bwrapCommand } from "../targets/bwrap.ts";
import { python, runCommand, type Command } from "../targets/spawning.ts";
import { printingFolders, type StreamingKind } from "./streaming.ts";

const piped = (name: string, says: string, commandIn: (folder: string) => Command): StreamingKind => ({
  name,
  says,
  mark: "",
  isSlow: name.endsWith("-u"),
  async prepare() {
    const folders = await printingFolders();
    return {
      ok: true,
      target: {
        stream: (program, output) => {
          const folder = folders.of(program);
          return runCommand(commandIn(folder), folder, output);
        },
        serverPid: null,
        [Symbol.asyncDispose]: () => folders[Symbol.asyncDispose](),
      },
    };
  },
});

export const bare = piped("bare", "python3 with a pipe as its standard output", () => ({
  file: python,
  args: ["main.py"],
}));
export const bareUnbuffered = piped("bare -u", "the same with `-u`", () => ({
  file: python,
  args: ["-u", "main.py"],
}));
export const bwrap = piped("bwrap", "the same as bare in bubblewrap", bwrapCommand);

/** Our sandbox port alone, in the harness's own process: shows where the product's time goes. */
import { makeTestSandbox, startProgram } from "../../server/sandbox/sandbox-for-tests.ts";
import { check, type TargetKind } from "./target.ts";

export const oursSandbox: TargetKind = {
  name: "ours-sandbox",
  says: "the sandbox port alone in the harness's process, without server, store and socket",
  mark: "‡",
  isSlow: false,
  async prepare() {
    const sandbox = await makeTestSandbox();
    return {
      ok: true,
      target: {
        // The port's own way of getting to know a program.
        async ready({ source, name }) {
          sandbox.prepare({ owner: name, python: null, fileName: "main.py", source, files: [] });
        },
        hold: null,
        async run(program, lane) {
          let firstByteMs = NaN;
          const begun = performance.now();
          const started = await startProgram(
            sandbox,
            program.source,
            { owner: program.name },
            {
              output() {
                if (Number.isNaN(firstByteMs)) firstByteMs = performance.now() - begun;
              },
            },
          );
          const ran = await started.ran;
          const exitMs = performance.now() - begun;
          check(`ours-sandbox in lane ${lane}`, program, ran.stdout);
          return { firstByteMs, exitMs };
        },
        uses: { kind: "within" },
        mostLanes: 16,
        [Symbol.asyncDispose]: () => sandbox.close(),
      },
    };
  },
};

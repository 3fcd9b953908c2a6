/** Our product's output at a client of its event socket, and our sandbox port's alone. */
import { makeTestSandbox, startProgram } from "../../server/sandbox/sandbox-for-tests.ts";
import { signIn, startProduct } from "../targets/product-client.ts";
import type { StreamingKind } from "./streaming.ts";

const timeoutMs = 120_000;

export const oursServer: StreamingKind = {
  name: "ours-server",
  says: "the product, at a client of its event socket",
  mark: "",
  isSlow: false,
  async prepare() {
    const product = await startProduct();
    const session = await signIn(product);
    return {
      ok: true,
      target: {
        async stream({ source }, output) {
          const run = await session.run(source, { output }, timeoutMs);
          if (run.state !== "finished") throw new Error(`ours-server: ${run.reason}`);
        },
        serverPid: product.pid,
        [Symbol.asyncDispose]: () => product[Symbol.asyncDispose](),
      },
    };
  },
};

export const oursSandbox: StreamingKind = {
  name: "ours-sandbox",
  says: "the sandbox port alone in the harness's process",
  mark: "‡",
  isSlow: false,
  async prepare() {
    const sandbox = await makeTestSandbox();
    return {
      ok: true,
      target: {
        async stream({ source }, output) {
          const take = (_: unknown, bytes: Uint8Array): void => output(Buffer.from(bytes).toString());
          const started = await startProgram(sandbox, source, {}, { output: take });
          await started.ran;
        },
        serverPid: null,
        [Symbol.asyncDispose]: () => sandbox.close(),
      },
    };
  },
};

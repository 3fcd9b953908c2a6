import { defineConfig } from "vitest/config";

// Two cores: two files at a time. Tests that start real parts take as long as they need within these bounds.
export default defineConfig({
  test: {
    include: ["{bench,contract,server,setup,web,test}/**/*.test.ts"],
    // For the tests that look at what memory is held.
    execArgv: ["--expose-gc"],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});

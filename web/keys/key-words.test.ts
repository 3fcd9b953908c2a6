/** Promises of what the key chip says. */
import { describe, expect, test } from "vitest";
import type { Session } from "../../contract/session.ts";
import { keyWords } from "./key-words.ts";

const session = (key: Partial<Session["key"]>, simulated = false): Session => ({
  key: { source: "session", label: null, checkedAt: null, note: null, ...key },
  model: null,
  effectiveModel: null,
  simulated,
  sandbox: { ready: true, says: null, hint: null },
  python: null,
  packages: [],
  environment: { id: "system", name: "Python 3.11.2" },
  timeoutMs: { default: 30_000, max: 600_000 },
  version: "1",
});

describe("the key chip", () => {
  test("without a key says so, and that the simulator answers", () => {
    expect(keyWords(session({ source: "none" }, true)).chip).toBe("no key");
    expect(keyWords(session({ source: "none" }, true)).says).toMatch(/simulator answers/);
  });

  test.each([
    ["sk-or-v1-abc...1b2", "key …1b2"],
    ["sk-or-v1-abc…a1b2", "key …a1b2"],
    ["sk-or-v1-0e6f...1c96", "key …1c96"],
    ["sk-or-v1-***wxyz", "key …wxyz"],
    ["sk-or-v1-0123456789abcdef", "key …cdef"],
    [null, "your key"],
    ["…", "your key"],
  ])("of a key labelled %j shows %j, four characters at most", (label, chip) =>
    expect(keyWords(session({ label })).chip).toBe(chip),
  );

  test("tells the operator's key from one's own", () =>
    expect(keyWords(session({ source: "server", label: "sk-or-v1-abc...1b2" })).chip).toBe("server key"));
});

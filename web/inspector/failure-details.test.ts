/** Promises of what is read out of a refusing reply. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failureDetails } from "./failure-details.ts";

const details = (body: unknown, headers: [string, string][] = []) =>
  failureDetails({
    headers,
    text: typeof body === "string" ? body : JSON.stringify(body),
    isText: true,
    cut: false,
  });

describe("a refusing reply tells", () => {
  test("what the provider itself said, however deep it stands", () => {
    const said = (raw: unknown) =>
      details({ error: { code: 400, message: "Provider returned error", metadata: { raw } } });
    const expected = [{ name: "It said", text: "Unsupported value" }];
    expect(said('{"error":{"message":"Unsupported value"}}')).toEqual(expected);
    expect(said({ error: { message: "Unsupported value" } })).toEqual(expected);
    expect(said('{"message":"Unsupported value"}')).toEqual(expected);
    expect(said('{"error":"Unsupported value"}')).toEqual(expected);
    expect(said("Unsupported value")).toEqual(expected);
    expect(said({ detail: 1 })).toEqual([{ name: "It said", text: '{"detail":1}' }]);
  });

  test("who, why, and when to try again", () => {
    const metadata = {
      provider_name: "Google",
      reasons: ["violence", "hate"],
      flagged_input: "the first words",
    };
    expect(details({ error: { metadata } }, [["Retry-After", "12"]])).toEqual([
      { name: "Provider", text: "Google" },
      { name: "Reasons", text: "violence, hate" },
      { name: "Flagged", text: "the first words" },
      { name: "Retry after", text: "12 s" },
    ]);
    expect(details("", [["retry-after", "Tue, 24 Nov 2026 10:00:00 GMT"]])[0]?.text).toMatch(/GMT$/);
  });

  test("no more than it holds, whatever it is", () => {
    for (const text of ["", "<html>", "[]", "null", '{"error":null}', "data: {}"])
      expect(details(text)).toEqual([]);
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (metadata) => {
        for (const { text } of details({ error: { metadata } })) expect(text.length).toBeLessThanOrEqual(600);
      }),
    );
  });
});

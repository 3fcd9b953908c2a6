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

  test("its kind on every surface, and what was tried before", () => {
    const error_type = "rate_limit_exceeded";
    const kind = [{ name: "Kind", text: error_type }];
    expect(details({ error: { message: "x", metadata: { error_type } } })).toEqual(kind);
    expect(details({ type: "error", error: { type: "rate_limit_error", message: "x", error_type } })).toEqual(
      kind,
    );
    expect(details({ status: "failed", error: { code: "x", message: "x" }, error_type })).toEqual(kind);
    const metadata = {
      previous_errors: [{ provider: "Down", code: 503 }],
      limit_source: "openrouter_credits",
    };
    expect(details({ error: { metadata } })).toEqual([
      { name: "Failed before", text: "Down 503" },
      { name: "Limit of", text: "openrouter_credits" },
    ]);
  });

  test("whether another try helps, which models would, and when a limit ends", () => {
    const availability = { retryable: true, retry_after: 3, fallback_models: ["a/b"], excluded_by: ["geo"] };
    expect(details({ error: { availability } })).toEqual([
      { name: "Excluded by", text: "geo" },
      { name: "Models to try", text: "a/b" },
      { name: "Worth trying again", text: "yes" },
      { name: "Retry after", text: "3 s" },
    ]);
    const reset = { "X-RateLimit-Reset": "1790000000000" };
    const ends = [{ name: "Limit resets", text: "2026-09-21 14:13:20 UTC" }];
    expect(details({ error: { metadata: { headers: reset } } })).toEqual(ends);
    expect(details({}, [["x-ratelimit-reset", "1790000000000"]])).toEqual(ends);
  });

  test("in the middle of a stream, too", () => {
    const text = JSON.stringify({ error: { metadata: { provider_name: "Acme" } }, choices: [] });
    const events = [
      { atMs: 1, kind: "data" as const, text: "{}" },
      { atMs: 2, kind: "data" as const, text },
    ];
    expect(failureDetails({ headers: [], text: "", cut: false }, events)).toEqual([
      { name: "Provider", text: "Acme" },
    ]);
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

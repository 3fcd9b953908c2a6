/** Promises of what a failed call is told to mean. */
import { describe, expect, test } from "vitest";
import { adviceFor } from "./call-failures.ts";

const failed = (status: number | null, message: string, code = String(status)) =>
  ({ state: "failed", status, error: { code, message } }) as const;

describe("a failed call says what happened and what to do", () => {
  test.each([
    [400, "made/up is not a valid model ID", /no model of this name/],
    [400, "This endpoint's maximum context length is 8192 tokens.", /longer than this model/],
    [400, "Provider returned error", /did not accept/],
    [401, "User not found.", /does not accept the API key/],
    [402, "Insufficient credits. Add more using …", /out of credit/],
    [402, "You requested up to 65536 tokens, but can only afford 812.", /longest answer/],
    [403, "Key limit exceeded (total limit).", /own spending limit/],
    [403, "Input was flagged by moderation", /flagged by moderation/],
    [403, "Forbidden", /may not do that/],
    [404, "No endpoints found matching your data policy.", /privacy settings/],
    [404, "No endpoints found that support tool use.", /takes tools/],
    [404, "No endpoints found for x/y", /No provider offers/],
    [408, "Request timed out", /too long/],
    [413, "", /larger/],
    [422, "", /do not make sense/],
    [429, "Rate limit exceeded: free-models-per-day. Add 10 credits …", /Today's allowance/],
    [429, "Rate limit exceeded: free-models-per-min", /a minute/],
    [429, "Provider returned error", /not your key/],
    [429, "Rate limit exceeded", /Too many requests/],
    [500, "Internal Server Error", /inside OpenRouter/],
    [502, "Provider returned error", /provider is down/],
    [503, "No instances available", /No provider can take/],
    [504, "", /in time/],
    [524, "", /in time/],
    [521, "", /provider is down/],
    [529, "", /overloaded/],
    [418, "", /refused/],
    [599, "", /provider is down/],
  ])("%d %s", (status, message, says) => {
    const advice = adviceFor(failed(status, message));
    expect(advice?.says).toMatch(says);
    expect(advice?.hint).toMatch(/\.$/);
  });

  test("by the error's own code when the stream had begun", () => {
    expect(adviceFor(failed(200, "Provider disconnected", "502"))?.says).toMatch(/provider is down/);
  });

  test.each([
    ["server_error", /inside OpenRouter/],
    ["rate_limit_error", /Too many requests/],
    ["overloaded_error", /overloaded/],
    ["invalid_prompt", /did not accept/],
  ])("by the word %s of another surface", (code, says) => {
    expect(adviceFor(failed(200, "some words", code))?.says).toMatch(says);
  });

  test.each([
    ["over-budget", 402, /A ceiling stopped/],
    ["over-budget", 200, /A ceiling stopped/],
    ["price-unknown", 402, /no ceiling can hold it/],
    ["repeats", 429, /sent too often/],
    ["refused", 403, /did not send/],
    ["no-key", 401, /no key to send/],
    ["unreachable", 502, /can't be reached/],
    ["timed-out", 504, /in time/],
    ["bad-reply", 502, /not a valid reply/],
    ["broken-off", 200, /broke off/],
    ["program-left", 200, /program went away/],
    ["unpriced", 200, /did not tell what it cost/],
    ["error", 200, /failed/],
    ["broken-off", null, /broke off/],
  ])("by the gateway's own word %s, whatever status the program got", (code, status, says) => {
    expect(adviceFor(failed(status, "some words", code))?.says).toMatch(says);
  });

  test.each([
    ["Missing Authentication header", /sent no key/],
    ["No auth credentials found", /empty key/],
    ["User not found.", /no key of OpenRouter's/],
  ])("a program with a key of its own making is told which to use: %s", (message, says) => {
    const advice = adviceFor(failed(401, message, "refused"));
    expect(advice?.says).toMatch(says);
    expect(advice?.hint).toMatch(/os\.environ\["OPENROUTER_API_KEY"\]/);
  });

  test("and nothing of a call that went well", () => {
    expect(adviceFor({ state: "done", status: 200, error: null })).toBeNull();
  });
});

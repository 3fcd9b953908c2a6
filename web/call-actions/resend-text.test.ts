/** Promises of the text that a person edits: the request's own values, laid out, or why there is none. */
import { expect, test } from "vitest";
import type { CallRecord } from "../../contract/calls.ts";
import { editableOf, jsonProblem } from "./resend-text.ts";

const recorded = (request: Partial<CallRecord["request"]>): CallRecord =>
  ({
    request: {
      headers: [["Content-Type", "application/json"]],
      text: "",
      isText: true,
      cut: false,
      ...request,
    },
  }) as CallRecord;

test("JSON is laid out with every value as it was", () => {
  const { text, isJson } = editableOf(recorded({ text: '{"seed":12345678901234567890,"a":[1.0]}' }));
  expect(isJson).toBe(true);
  expect(text).toContain('"seed": 12345678901234567890');
  expect(text).toContain("1.0");
});

test("other text is as it was, and broken JSON, too", () => {
  const headers: [string, string][] = [["Content-Type", "text/plain"]];
  expect(editableOf(recorded({ text: "a=1", headers }))).toMatchObject({ text: "a=1", isJson: false });
  expect(editableOf(recorded({ text: "{broken" }))).toMatchObject({ text: "{broken", isJson: true });
  expect(jsonProblem("{broken")).not.toBeNull();
  expect(jsonProblem("{}")).toBeNull();
});

test("what can't be edited can be sent again as it was, but for what was cut", () => {
  expect(editableOf(recorded({}))).toMatchObject({ text: null, canSend: true });
  expect(editableOf(recorded({ isText: false, text: "[9 bytes of image/png]" }))).toMatchObject({
    text: null,
    canSend: true,
  });
  expect(editableOf(recorded({ cut: true, text: "{" }))).toMatchObject({ text: null, canSend: false });
});

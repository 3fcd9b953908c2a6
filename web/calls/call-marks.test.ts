/** Promises of what a row says besides its figures. */
import { expect, test } from "vitest";
import { testCall } from "../margin/call-for-tests.ts";
import { lineWords, marksOf } from "./call-marks.ts";

const place = { file: "main.py", line: 16, function: "ask" };

test("a retry names the call that it repeats, and a loop is told from a few repeats", () => {
  const textsOf = (parts: Parameters<typeof testCall>[0]) => marksOf(testCall(parts)).map(({ text }) => text);
  expect(textsOf({ retryOf: 3 })).toEqual(["retry of call 3"]);
  expect(textsOf({ resendOf: 2, simulated: true })).toEqual(["call 2 again", "sim"]);
  expect(textsOf({ repeats: 4 })).toEqual([]);
  expect(textsOf({ repeats: 5 })).toEqual(["sent 6 times"]);
});

test("the line of the program itself needs no name, that of another file has one", () => {
  const call = testCall({ sentFrom: [place, { ...place, line: 30, function: "<module>" }] });
  expect(lineWords(call, "main.py")).toEqual({
    place,
    text: "16",
    title: "main.py:16 in ask\ncalled from main.py:30 in <module>",
  });
  expect(lineWords(call, "other.py").text).toBe("main.py:16");
  const beside = { ...place, file: "lib/ask.py" };
  expect(lineWords(testCall({ sentFrom: [beside] }), "main.py")).toMatchObject({
    place: beside,
    text: "ask.py:16",
  });
});

test.each([
  [{ attribution: "awaited" as const }, /not told yet/],
  [{ attribution: "untold" as const }, /Nobody told/],
  [{ attribution: "told" as const, sentFrom: [] }, /No line of your own/],
  [{ resendOf: 2, attribution: "untold" as const }, /from this page/],
])("without a line it says why: %o", (parts, says) => {
  const words = lineWords(testCall(parts), "main.py");
  expect(words).toMatchObject({ place: null, text: "–" });
  expect(words.title).toMatch(says);
});

test("a line outside the program is named, and no way leads there", () => {
  const outside = { ...place, file: "/usr/lib/python3/ask.py" };
  expect(lineWords(testCall({ sentFrom: [outside] }), "main.py")).toMatchObject({
    place: null,
    text: "ask.py:16",
  });
});

/** Promises of how packages are spoken of, and of what is typed. */
import { expect, test } from "vitest";
import { listed, missingModule, missingWords, requirementsIn, shortName } from "./package-words.ts";

test.each([
  ["Python 3.11.2 (system)", "Python 3.11 · system"],
  ["Python 3.13.0rc1 (pyenv)", "Python 3.13 · pyenv"],
  ["tools (Python 3.12.1)", "Python 3.12 · tools"],
  ["requests, httpx and friends", "requests, httpx and friends"],
])("%s is %s in short", (name, short) => expect(shortName(name)).toBe(short));

test.each([
  ["numpy", ["numpy"]],
  ["numpy pandas", ["numpy", "pandas"]],
  ["numpy, pandas>=2,<3\nhttpx[http2] ; ", ["numpy", "pandas>=2,<3", "httpx[http2]"]],
  ["pandas >= 2, numpy", ["pandas >= 2", "numpy"]],
  ["pip install numpy pandas", ["numpy", "pandas"]],
  ["python3 -m pip install numpy", ["numpy"]],
  ["", []],
  [" , ", []],
])("%j is %j", (text, requirements) => expect(requirementsIn(text)).toEqual(requirements));

test("several names read as a sentence", () => {
  expect(listed(["a", "b", "c"])).toBe("a, b and c");
  expect(missingWords(["numpy"])).toBe("numpy is not installed.");
  expect(missingWords(["numpy", "pandas"])).toBe("numpy and pandas are not installed.");
});

test("a run that lacked a module names it; any other names none", () => {
  expect(missingModule("failed at line 1: ModuleNotFoundError: No module named 'numpy'")).toBe("numpy");
  expect(missingModule("failed at line 1: ModuleNotFoundError: No module named 'a.b.c'")).toBe("a");
  expect(missingModule("failed at line 2: ValueError: no")).toBeNull();
  expect(missingModule(null)).toBeNull();
});

/** A program's text tells what must not be loaded before it, and when its prints may not wait. */
import { describe, expect, test } from "vitest";
import { programFacts } from "./program-facts.ts";

const of = (source: string, files: string[] = []) => programFacts("main.py", source, files);

test("modules that its own files take are not its libraries", () => {
  const facts = of("import json, random, helpers.text", ["random.py", "helpers/text.py"]);
  expect(facts.modules).toEqual(["json"]);
  expect([...facts.ownNames].sort()).toEqual(["helpers", "main", "random"]);
});

describe("variables that it sets", () => {
  test.each<[string, string[] | "unknown"]>([
    ["os.environ['OMP_NUM_THREADS'] = '1'", ["OMP_NUM_THREADS"]],
    ['os.environ["A"] = os.environ["B"] = "1"', ["A", "B"]],
    ["os.environ.setdefault('MPLBACKEND', 'agg')", ["MPLBACKEND"]],
    ["del os.environ['TZ']", ["TZ"]],
    ["os.environ['OPENAI_API_KEY'] = 'x'", []],
    ["print(os.environ['A'], os.environ.get('B'), os.environ['C'] == 'd')", []],
    ["os.environ[name] = '1'", "unknown"],
    ["os.environ.update(x)", "unknown"],
    ["os.environ |= {'A': 'b'}", "unknown"],
    ["os.putenv('A', 'b')", "unknown"],
    ["from dotenv import load_dotenv\nload_dotenv()", "unknown"],
  ])("%s: %j", (source, names) => {
    const { sets } = of(source);
    expect(sets === "unknown" ? sets : [...sets]).toEqual(names);
  });
});

test.each<[string, boolean]>([
  ["print(1)", false],
  ["import requests\nprint(requests.get('https://openrouter.ai').status_code)", false],
  ["import subprocess", true],
  ["os.write(1, b'x')", true],
  ["os._exit(1)", true],
  ["sys.stdout.buffer.write(b'x')", true],
  ["from multiprocessing import Pool", true],
  ["sys.stdout = x", true],
  ["os.close(1)", true],
])("%s: its prints may not wait: %j", (source, unbuffered) => expect(of(source).unbuffered).toBe(unbuffered));

test("figures are spoken of by the libraries that make them", () => {
  expect(of("import matplotlib.pyplot as plt").draws).toBe(true);
  expect(of("import json").draws).toBe(false);
});

/** Promises of the simulator: what the stand-in says. */
import { expect, test } from "vitest";
import { plainAsk, type Turn } from "../ask.ts";
import { answer } from "./answer.ts";
import { evaluate } from "./arithmetic.ts";
import { toQuestion } from "./question.ts";

const user = (text: string): Turn => ({ role: "user", text, media: 0 });
const system = (text: string): Turn => ({ role: "system", text, media: 0 });
const reply = (...turns: Turn[]): string =>
  answer(toQuestion({ ...plainAsk, model: "openai/gpt-4o-mini", turns }, "openai/gpt-4o-mini"));

test.each([
  ["What is 17 * 23?", "17 * 23 = 391"],
  ["what's 2 + 2", "2 + 2 = 4"],
  ["Add 3, 4 and 5", "3 + 4 + 5 = 12"],
  ["What is 7.5 divided by 3?", "7.5 / 3 = 2.5"],
  ["Calculate (1 + 2) * 10^20", "(1 + 2) * 10^20 = 300000000000000000000"],
  ["What is 1 divided by 3?", "1 / 3 = 0.333333333333…"],
])("%s → %s", (asked, said) => expect(reply(user(asked))).toBe(`(simulated answer) ${said}`));

test.each(["1 / 0", "2 ^ 1000", "1 +", ")", "1 2"])("%s has no value", (text) =>
  expect(evaluate(text)).toBeNull(),
);

test("counts, spells and reverses", () => {
  expect(reply(user("Count from 1 to 5"))).toContain("1, 2, 3, 4, 5");
  expect(reply(user("count down from 3 to 1"))).toContain("3, 2, 1");
  expect(reply(user("Count to 100000"))).toContain("200 numbers at most");
  expect(reply(user("How many r's are in strawberry?"))).toContain("3 times");
  expect(reply(user('Reverse the word "été👍🏽"'))).toContain("👍🏽été");
});

test("says exactly what it is told to say, and nothing else", () => {
  expect(reply(user("Say ok"))).toBe("ok");
  expect(reply(user('Reply with exactly "pong"'))).toBe("pong");
  expect(reply(user("Respond with only: PONG"))).toBe("PONG");
});

test("an answer in one word is one word", () => {
  expect(reply(system("Answer in one word."), user("What is the capital of France?"))).toBe("Paris");
  expect(reply(user("In one word, what is the meaning of life?"))).toBe("42");
  expect(reply(system("Reply in one word"), user("Tell me about the history of bicycles"))).toMatch(/^\S+$/);
});

test("keeps to one sentence and to upper case when asked to", () => {
  expect(reply(user("Explain recursion in one sentence."))).toMatch(/^\(simulated answer\) [^.]+\.$/);
  expect(reply(system("Write in all caps"), user("Tell me about rain"))).toBe(
    reply(system("Write in all caps"), user("Tell me about rain")).toUpperCase(),
  );
});

test("takes up the words of what it can't answer, and says that it is simulated", () => {
  const said = reply(user("How do tidal turbines affect dolphins?"));
  expect(said).toContain("tidal");
  expect(said).toContain("dolphins");
  expect(said).toMatch(/^\(simulated answer\) /);
});

test("a haiku has three lines and its topic, code is in a fence, a list has as many entries as asked for", () => {
  const haiku = reply(user("Write a haiku about autumn rain")).split("\n");
  expect(haiku).toHaveLength(3);
  expect(haiku[0]).toContain("autumn rain".replace("a", "A"));
  expect(reply(user("Write a Python function called fib that computes fibonacci numbers"))).toContain(
    "```python\ndef",
  );
  expect(reply(user("Give me 4 names for a cat")).match(/^(\(simulated answer\) )?\d\./gm)).toHaveLength(4);
});

test("remembers what stands in the messages, and only that", () => {
  expect(reply(user("My name is Ada"), user("What is my name?"))).toContain("Ada");
  expect(reply(user("What is my name?"))).toContain("not told me");
});

test("equal conversations get equal answers, others differ", () => {
  const asked = "Tell me something about rivers";
  expect(reply(user(asked))).toBe(reply(user(asked)));
  expect(reply(user(asked))).not.toBe(reply(user("Tell me something about mountains")));
});

test("a hostile or huge message costs no time", () => {
  for (const text of [
    "(".repeat(1_000_000),
    " ".repeat(1_000_000),
    "a".repeat(1_000_000),
    "1+".repeat(400_000),
    "“".repeat(100_000),
    "list 5 ".repeat(50_000),
  ])
    expect(reply(user(text))).not.toBe("");
});

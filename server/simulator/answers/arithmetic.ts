/** Works sums out exactly: "what is 17 * 23", "add 3, 4 and 5", "7.5 divided by 3". */
import type { Skill } from "./question.ts";

interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

const spoken: readonly (readonly [RegExp, string])[] = [
  [/\bmultiplied by\b|\btimes\b/gi, "*"],
  [/\bdivided by\b|\bover\b/gi, "/"],
  [/\bplus\b/gi, "+"],
  [/\bminus\b/gi, "-"],
  [/\bto the power of\b|\*\*/gi, "^"],
  [/[×·]/g, "*"],
  [/÷/g, "/"],
  [/−/g, "-"],
];

/** Longer expressions are left to the other skills. */
const longest = 200;
const largestPower = 200n;

export const arithmetic: Skill = ({ text }) => {
  if (text.length > 1_000) return null;
  return sumOfList(text) ?? expressionIn(text);
};

function sumOfList(text: string): string | null {
  const asked = /\b(?:add(?: up)?|sum of|total of|sum up)\b([^?]*)/i.exec(text)?.[1];
  const numbers = asked?.match(/-?\d{1,30}(?:\.\d{1,12})?/g) ?? [];
  if (numbers.length < 2 || numbers.length > 100) return null;
  const sum = numbers.map(parseNumber).reduce(plus);
  return `${numbers.join(" + ").replaceAll("+ -", "- ")} = ${toText(sum)}`;
}

function expressionIn(text: string): string | null {
  const written = spoken.reduce((words, [pattern, sign]) => words.replace(pattern, sign), text);
  const found = written
    .match(/[(\-\d][\d\s.+\-*/^%()]*[\d)]/g)
    ?.find((part) => /\d\s*[-+*/^%]\s*[(\d-]/.test(part));
  if (found === undefined || found.length > longest) return null;
  const expression = found.trim();
  const rest = written.replace(found, "").replace(/[\s?=.!,:]/g, "");
  const asksForIt =
    /\bwhat(?:'s|’s| is| are)\b|\bcalculate\b|\bcompute\b|\bhow much\b|\bevaluate\b|\bsolve\b|=/i.test(text);
  if (!asksForIt && rest.length > 20) return null;
  const value = evaluate(expression);
  return value === null ? null : `${expression} = ${value}`;
}

/** The value as text, null when it is no expression, divides by zero or grows past reason. */
export function evaluate(expression: string): string | null {
  const signs = expression.match(/\d+(?:\.\d+)?|[-+*/^%()]/g) ?? [];
  let at = 0;
  const peek = (): string | undefined => signs[at];

  function sum(depth: number): Fraction | null {
    let left = product(depth);
    while (left && (peek() === "+" || peek() === "-")) {
      const sign = signs[at++];
      const right = product(depth);
      left = right && plus(left, sign === "+" ? right : { over: -right.over, under: right.under });
    }
    return left;
  }
  function product(depth: number): Fraction | null {
    let left = power(depth);
    while (left && (peek() === "*" || peek() === "/" || peek() === "%")) {
      const sign = signs[at++];
      const right = power(depth);
      if (!right || (sign !== "*" && right.over === 0n)) return null;
      left =
        sign === "*"
          ? times(left, right)
          : sign === "/"
            ? times(left, inverse(right))
            : remainder(left, right);
    }
    return left;
  }
  function power(depth: number): Fraction | null {
    const base = unary(depth);
    if (!base || peek() !== "^") return base;
    at += 1;
    const exponent = power(depth + 1);
    if (!exponent || exponent.under !== 1n || exponent.over < 0n || exponent.over > largestPower) return null;
    if (base.over.toString().length > 30) return null;
    return { over: base.over ** exponent.over, under: base.under ** exponent.over };
  }
  function unary(depth: number): Fraction | null {
    if (depth > 50) return null;
    const sign = signs[at++];
    if (sign === "-") {
      const value = unary(depth + 1);
      return value && { over: -value.over, under: value.under };
    }
    if (sign === "(") {
      const value = sum(depth + 1);
      return signs[at++] === ")" ? value : null;
    }
    return sign !== undefined && /^\d/.test(sign) ? parseNumber(sign) : null;
  }

  const value = sum(0);
  return value && at === signs.length ? toText(value) : null;
}

function parseNumber(text: string): Fraction {
  const [whole = "0", fraction = ""] = text.split(".");
  return { over: BigInt(whole + fraction), under: 10n ** BigInt(fraction.length) };
}

const plus = (a: Fraction, b: Fraction): Fraction => ({
  over: a.over * b.under + b.over * a.under,
  under: a.under * b.under,
});
const times = (a: Fraction, b: Fraction): Fraction => ({ over: a.over * b.over, under: a.under * b.under });
const inverse = (a: Fraction): Fraction =>
  a.over < 0n ? { over: -a.under, under: -a.over } : { over: a.under, under: a.over };

function remainder(a: Fraction, b: Fraction): Fraction {
  const left = a.over * b.under;
  const right = b.over * a.under;
  return { over: ((left % right) + right) % right, under: a.under * b.under };
}

/** Decimal text, at most twelve places, cut (and marked) after them. */
function toText({ over, under }: Fraction): string {
  const sign = over < 0n ? "-" : "";
  const size = over < 0n ? -over : over;
  const whole = size / under;
  const scaled = ((size % under) * 10n ** 12n) / under;
  const exact = (size * 10n ** 12n) % under === 0n;
  const fraction = scaled.toString().padStart(12, "0").replace(/0+$/, "");
  return `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}${exact ? "" : "…"}`;
}

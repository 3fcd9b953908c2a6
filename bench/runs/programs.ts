/** The programs that are run: each prints one line, after the imports that such programs begin with. */

export interface Program {
  readonly name: string;
  readonly source: string;
  /** What must have arrived, to the letter; a target that brings anything else is broken, not fast. */
  readonly prints: string;
}

const printing = (name: string, imports: string): Program => ({
  name,
  source: `${imports}print("hello from ${name}")\n`,
  prints: `hello from ${name}\n`,
});

export const programs = {
  hello: printing("hello", ""),
  stdlib: printing("stdlib", "import json, re, asyncio\n"),
  requests: printing("requests", "import requests\n"),
  numpy: printing("numpy", "import numpy\n"),
  /** What the `openai` package imports first. */
  httpx: printing("httpx", "import httpx, pydantic\n"),
} as const satisfies Record<string, Program>;

/** Not timed: what a session holds that has loaded what people commonly use. */
export const loaded = printing("loaded", "import numpy, requests\n");

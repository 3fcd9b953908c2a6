/** Guessing the token is slow, from one address or one network, and right guesses cost nothing. */
import { expect, test } from "vitest";
import { limits } from "../../contract/limits.ts";
import { createSignInCheck } from "./sign-in.ts";

function check(): { at: number; try: (given: string, address?: string) => string } {
  const state = { at: 0, try: (_given: string, _address?: string) => "" };
  const signIn = createSignInCheck("right", { now: () => 0, monotonic: () => state.at });
  state.try = (given, address = "192.0.2.1") => signIn(given, address);
  return state;
}

test("after so many wrong ones in a minute even the right one is refused, and a minute later it is taken", () => {
  const door = check();
  for (let i = 0; i < limits.signInAttemptsPerMinute; i++) expect(door.try("wrong")).toBe("wrong-token");
  expect(door.try("right")).toBe("too-many");
  expect(door.try("right", "192.0.2.2")).toBe("right");
  door.at = 59_999;
  expect(door.try("right")).toBe("too-many");
  door.at = 60_000;
  expect(door.try("right")).toBe("right");
});

test("right ones are not counted", () => {
  const door = check();
  for (let i = 0; i < 3 * limits.signInAttemptsPerMinute; i++) expect(door.try("right")).toBe("right");
});

test("a whole IPv6 network of one household counts as one address", () => {
  const door = check();
  for (let i = 0; i < limits.signInAttemptsPerMinute; i++) {
    expect(door.try("wrong", `2001:db8:0:1::${i.toString(16)}`)).toBe("wrong-token");
  }
  expect(door.try("right", "2001:0db8::1:ffff:0:0:1")).toBe("too-many");
  expect(door.try("right", "2001:db8:0:2::1")).toBe("right");
  expect(door.try("right", "::1")).toBe("right");
  expect(door.try("right", "fe80::1%eth0")).toBe("right");
});

test.each(["", "righ", "right ", "Right", "rightright", "\0", "r".repeat(100_000)])("%j is wrong", (given) =>
  expect(check().try(given)).toBe("wrong-token"),
);

/** What people type for hosts is understood, and what is none is said by name. */
import { expect, test } from "vitest";
import { limits } from "../../contract/limits.ts";
import { hostNamesIn } from "./host-names.ts";

test("names come one a line, with commas, in capitals, twice, or as whole addresses", () => {
  expect(hostNamesIn(" API.example.com\napi.example.com, https://b.example.com/v1/x?y=1\n\n")).toEqual({
    hosts: ["api.example.com", "b.example.com"],
    problem: null,
  });
  expect(hostNamesIn("bücher.example").hosts).toEqual(["xn--bcher-kva.example"]);
  expect(hostNamesIn("openrouter.ai")).toEqual({ hosts: [], problem: null });
  expect(hostNamesIn("")).toEqual({ hosts: [], problem: null });
});

test.each(["localhost", "127.0.0.1", "0x7f.1", "[::1]", "*.example.com", "a_b.example.com", "example"])(
  "%s is no host to open, and is named",
  (text) => {
    expect(hostNamesIn(`api.example.com ${text}`).problem).toMatch(/^“.+” is not the name of a host/);
  },
);

test("there are only so many", () => {
  const many = Array.from({ length: limits.hostsPerSession + 1 }, (_, n) => `h${n}.example.com`).join(" ");
  expect(hostNamesIn(many).problem).toContain("more hosts");
});

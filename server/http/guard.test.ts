/** The guard's promises as tables: whose request is let in, and that no bytes at all can make it throw. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { trustOf } from "./forwarded.ts";
import { judge, type GuardPolicy, type Knock } from "./guard.ts";
import { knownHosts } from "./hosts.ts";
import { anyText } from "../../test/any-text.ts";

const nobody = trustOf([]);
const proxy = trustOf(["10.0.0.0/8"]);
if (!nobody.ok || !proxy.ok) throw new Error("the test's own ranges are wrong");

const policy: GuardPolicy = {
  hosts: knownHosts("127.0.0.1", 6174, ["ide.example.org"]),
  basePath: "",
  trusted: nobody.value,
  instanceId: "t",
};

const own = { host: "127.0.0.1:6174", origin: "http://127.0.0.1:6174" };

function outcome(
  knock: Partial<Omit<Knock, "rawHeaders">> & { readonly headers?: Record<string, string | string[]> },
  over: Partial<GuardPolicy> = {},
): string {
  const { headers = {}, ...rest } = knock;
  const rawHeaders = Object.entries({ host: own.host, ...headers }).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => [name, value]),
  );
  const judged = judge(
    { method: "GET", url: "/", peerAddress: "127.0.0.1", isUpgrade: false, ...rest, rawHeaders },
    { ...policy, ...over },
  );
  return judged.ok ? "in" : judged.error.code;
}

const change = { method: "POST", url: "/api/runs" };
const asJson = { "content-type": "application/json", "content-length": "2" };

describe("hosts", () => {
  test.each([
    ["127.0.0.1:6174", "in"],
    ["localhost:6174", "in"],
    ["LOCALHOST:6174", "in"],
    ["[::1]:6174", "in"],
    ["ide.example.org", "in"],
    ["ide.example.org:80", "in"],
    ["127.0.0.1", "wrong-host"],
    ["127.0.0.1:6175", "wrong-host"],
    ["localhost.:6174", "wrong-host"],
    ["0.0.0.0:6174", "wrong-host"],
    ["127.1:6174", "wrong-host"],
    ["2130706433:6174", "wrong-host"],
    ["[::ffff:7f00:1]:6174", "wrong-host"],
    ["[0:0:0:0:0:0:0:1]:6174", "wrong-host"],
    ["evil.test:6174", "wrong-host"],
    ["127.0.0.1:6174.evil.test", "bad-request"],
    ["ide.example.org.evil.test", "wrong-host"],
    ["ide.example.org:8080", "wrong-host"],
    ["user@127.0.0.1:6174", "bad-request"],
    ["127.0.0.1:99999", "bad-request"],
    ["127.0.0.1:x", "bad-request"],
    ["[::1", "bad-request"],
    ["127.0.0.1:6174, evil.test", "bad-request"],
    ["127.0.0.1:6174/", "bad-request"],
    ["１２７.0.0.1:6174", "bad-request"],
    ["", "bad-request"],
  ])("%s → %s", (host, expected) => expect(outcome({ headers: { host } })).toBe(expected));

  test("a wildcard that the server is bound to is no name that it answers for", () => {
    const hosts = knownHosts("0.0.0.0", 6174, []);
    expect(outcome({ headers: { host: "0.0.0.0:6174" } }, { hosts })).toBe("wrong-host");
    expect(outcome({ headers: { host: "127.0.0.1:6174" } }, { hosts })).toBe("in");
  });

  test("two Host headers are refused even when they agree", () => {
    expect(outcome({ headers: { host: [own.host, own.host] } })).toBe("bad-request");
  });
});

describe("origins of changes and upgrades", () => {
  test.each([
    ["http://127.0.0.1:6174", "in"],
    ["http://localhost:6174", "wrong-origin"],
    ["http://127.0.0.1:6175", "wrong-origin"],
    ["https://127.0.0.1:6174", "wrong-origin"],
    ["HTTP://127.0.0.1:6174", "wrong-origin"],
    ["http://127.0.0.1:6174/", "wrong-origin"],
    ["http://127.0.0.1:6174.evil.test", "wrong-origin"],
    ["http://evil.test#http://127.0.0.1:6174", "wrong-origin"],
    ["http://127.0.0.1:6174@evil.test", "wrong-origin"],
    ["http://user@127.0.0.1:6174", "wrong-origin"],
    ["http://evil.test", "wrong-origin"],
    ["null", "wrong-origin"],
    ["", "wrong-origin"],
    [null, "wrong-origin"],
  ])("%s → %s", (origin, expected) => {
    const said: Record<string, string> = origin === null ? {} : { origin };
    expect(outcome({ ...change, headers: { ...asJson, ...said } })).toBe(expected);
    expect(outcome({ url: "/api/events", isUpgrade: true, headers: said })).toBe(expected);
    // A request that only reads need not name one, but what it names must be ours.
    expect(outcome({ url: "/api/runs", headers: said })).toBe(origin === null ? "in" : expected);
  });
});

describe("what the browser says of a change", () => {
  const sites = [null, "same-origin", "same-site", "cross-site", "none", "SAME-ORIGIN", "x"];
  const modes = [null, "cors", "same-origin", "no-cors", "navigate", "websocket"];
  const dests = [null, "empty", "document", "script", "image", "iframe"];
  test("passes only as our own page's fetch, in all combinations", () => {
    const passed: string[] = [];
    for (const site of sites) {
      for (const mode of modes) {
        for (const dest of dests) {
          const said = Object.entries({ site, mode, dest }).flatMap(([name, value]) =>
            value === null ? [] : [[`sec-fetch-${name}`, value] as const],
          );
          const headers = { ...asJson, origin: own.origin, ...Object.fromEntries(said) };
          if (outcome({ ...change, headers }) === "in") passed.push(`${site}/${mode}/${dest}`);
        }
      }
    }
    const allowed = [null, "same-origin"].flatMap((site) =>
      [null, "cors", "same-origin"].flatMap((mode) =>
        [null, "empty"].map((dest) => `${site}/${mode}/${dest}`),
      ),
    );
    expect(passed.sort()).toEqual(allowed.sort());
  });
});

describe("what the browser says of a reading request", () => {
  const read = (url: string, site: string, mode: string, dest: string): string =>
    outcome({ url, headers: { "sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest } });

  test.each([
    ["/api/runs", "same-origin", "cors", "empty", "in"],
    ["/api/runs", "none", "navigate", "document", "in"],
    ["/api/runs", "same-origin", "no-cors", "script", "wrong-origin"],
    ["/api/runs", "cross-site", "no-cors", "script", "wrong-origin"],
    ["/api/runs", "cross-site", "no-cors", "image", "wrong-origin"],
    ["/api/runs", "same-site", "cors", "empty", "wrong-origin"],
    ["/api/runs", "cross-site", "navigate", "document", "wrong-origin"],
    ["/api/runs/x/results/1", "same-origin", "no-cors", "image", "in"],
    ["/api/runs/x/results/1", "same-origin", "cors", "empty", "in"],
    ["/api/runs/x/results/1", "same-origin", "navigate", "document", "in"],
    ["/api/runs/x/results/1", "same-origin", "no-cors", "script", "wrong-origin"],
    ["/api/runs/x/results/1", "same-origin", "navigate", "iframe", "wrong-origin"],
    ["/api/runs/x/results/1", "cross-site", "no-cors", "image", "wrong-origin"],
    ["/api/runs/x/results/1", "same-site", "navigate", "document", "wrong-origin"],
    ["/api/runs/x/results", "same-origin", "no-cors", "image", "wrong-origin"],
    ["/r/x", "cross-site", "navigate", "document", "in"],
    ["/r/x", "same-site", "navigate", "document", "in"],
    ["/r/x", "cross-site", "navigate", "iframe", "wrong-origin"],
    ["/r/x", "same-origin", "navigate", "iframe", "wrong-origin"],
    ["/assets/a.js", "same-origin", "cors", "script", "in"],
    ["/assets/a.js", "same-origin", "same-origin", "worker", "in"],
    ["/assets/a.js", "cross-site", "no-cors", "script", "wrong-origin"],
    ["/assets/a.css", "same-site", "no-cors", "style", "wrong-origin"],
  ])("%s %s %s %s → %s", (url, site, mode, dest, expected) =>
    expect(read(url, site, mode, dest)).toBe(expected),
  );
});

describe("bodies", () => {
  const post = (headers: Record<string, string | string[]>): string =>
    outcome({ ...change, headers: { origin: own.origin, ...headers } });

  test.each([
    ["application/json", "in"],
    ["application/json; charset=utf-8", "in"],
    ['Application/JSON;charset="UTF-8"', "in"],
    ["application/json; charset=latin1", "wrong-content-type"],
    ["application/json, text/plain", "wrong-content-type"],
    ["application/jsonx", "wrong-content-type"],
    ["text/json", "wrong-content-type"],
    ["text/plain", "wrong-content-type"],
    ["application/x-www-form-urlencoded", "wrong-content-type"],
    ["multipart/form-data; boundary=x", "wrong-content-type"],
    ["", "wrong-content-type"],
  ])("%s → %s", (type, expected) => {
    expect(post({ "content-type": type, "content-length": "2" })).toBe(expected);
    expect(post({ "content-type": type, "transfer-encoding": "chunked" })).toBe(expected);
  });

  test("a body without a type is refused, a change without a body needs none", () => {
    expect(post({ "content-length": "2" })).toBe("wrong-content-type");
    expect(post({})).toBe("in");
    expect(post({ "content-length": "0" })).toBe("in");
  });

  test("a request that only reads has no body", () => {
    expect(outcome({ headers: { "content-length": "2" } })).toBe("bad-request");
    expect(outcome({ headers: { "transfer-encoding": "chunked" } })).toBe("bad-request");
  });

  test("a type given twice, an expectation and a hundred headers too many are refused", () => {
    expect(post({ "content-type": ["application/json", "application/json"] })).toBe("bad-request");
    expect(post({ expect: "a miracle" })).toBe("bad-request");
    expect(outcome({ headers: { x: Array<string>(101).fill("y") } })).toBe("bad-request");
  });
});

describe("cookies", () => {
  const value = "A".repeat(43);
  const cookieSeen = (
    cookie: string | string[],
    over: Partial<GuardPolicy> = {},
    more = {},
  ): string | null => {
    const rawHeaders = Object.entries({ host: own.host, ...more }).flat();
    for (const one of [cookie].flat()) rawHeaders.push("cookie", one);
    const judged = judge(
      { method: "GET", url: "/", rawHeaders, peerAddress: "10.0.0.1", isUpgrade: false },
      { ...policy, ...over },
    );
    return judged.ok ? judged.value.cookie : judged.error.code;
  };

  test("the session's is found among others; one of a wrong shape is none", () => {
    expect(cookieSeen(`a=b; orid_t=${value}; c=d`)).toBe(value);
    expect(cookieSeen(`orid_other=${value}; xorid_t=${value}`)).toBeNull();
    expect(cookieSeen("orid_t=short")).toBeNull();
    expect(cookieSeen(";;;=;orid_t")).toBeNull();
  });

  test("two of the name are refused, in one header or two", () => {
    expect(cookieSeen(`orid_t=${value}; orid_t=${value}`)).toBe("bad-request");
    expect(cookieSeen([`orid_t=${value}`, "orid_t=x"])).toBe("bad-request");
  });

  test("under https only the __Host- one counts", () => {
    const https = { "x-forwarded-proto": "https", "x-forwarded-host": "ide.example.org" };
    const over = { trusted: proxy.value };
    expect(cookieSeen(`orid_t=${value}`, over, https)).toBeNull();
    expect(cookieSeen(`__Host-orid_t=${value}`, over, https)).toBe(value);
  });
});

describe("behind a proxy", () => {
  const via = (headers: Record<string, string>, peerAddress = "10.1.2.3", basePath = ""): string | object => {
    const judged = judge(
      {
        method: "GET",
        url: "/ide/r/x",
        rawHeaders: Object.entries({ host: own.host, ...headers }).flat(),
        peerAddress,
        isUpgrade: false,
      },
      { ...policy, basePath, trusted: proxy.value },
    );
    if (!judged.ok) return judged.error.code;
    const { path, basePath: base, secure, clientAddress } = judged.value;
    return { path, base, secure, clientAddress };
  };
  const forged = {
    "x-forwarded-for": "1.2.3.4",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "ide.example.org",
    "x-forwarded-prefix": "/ide",
  };

  test("a trusted one is believed", () => {
    const expected = { path: "/r/x", base: "/ide", secure: true, clientAddress: "1.2.3.4" };
    expect(via(forged)).toEqual(expected);
    expect(via(forged, "::ffff:10.1.2.3")).toEqual(expected);
  });

  test("anybody else is not, whatever the headers", () => {
    const plain = { path: "/ide/r/x", base: "", secure: false, clientAddress: "192.0.2.1" };
    expect(via(forged, "192.0.2.1")).toEqual(plain);
    expect(via({ ...forged, "x-forwarded-host": "evil.test" }, "192.0.2.1")).toEqual(plain);
    expect(via({ forwarded: "for=1.2.3.4;proto=https;host=evil.test" })).toMatchObject({ secure: false });
  });

  test("both hosts must be known: a rebound name does not hide behind a forwarded one", () => {
    expect(via({ ...forged, "x-forwarded-host": "evil.test" })).toBe("wrong-host");
    expect(via({ ...forged, host: "evil.test" })).toBe("wrong-host");
  });

  test("what a trusted one garbles is refused", () => {
    expect(via({ ...forged, "x-forwarded-proto": "gopher" })).toBe("bad-request");
    expect(via({ ...forged, "x-forwarded-prefix": "//evil.test" })).toBe("bad-request");
    expect(via({ ...forged, "x-forwarded-prefix": '/"><script>' })).toBe("bad-request");
    expect(via({ ...forged, "x-forwarded-host": "a b" })).toBe("bad-request");
  });

  test("outside the base path there is nothing", () => {
    expect(via({}, "127.0.0.1", "/ide")).toMatchObject({ path: "/r/x", base: "/ide" });
    expect(via({}, "127.0.0.1", "/id")).toBe("not-found");
    expect(via({}, "127.0.0.1", "/other")).toBe("not-found");
  });
});

test("no request line or header makes the guard throw", () => {
  const wild = fc.oneof(anyText(40), fc.constantFrom("/", "//", "/%", "*", "http://[", "?", "/#"));
  const name = fc.oneof(
    fc.constantFrom(
      "host",
      "Host",
      "origin",
      "cookie",
      "content-type",
      "x-forwarded-for",
      "x-forwarded-host",
    ),
    fc.constantFrom("x-forwarded-proto", "x-forwarded-prefix", "sec-fetch-site", "expect", "__proto__"),
    fc.string(),
  );
  fc.assert(
    fc.property(
      wild,
      fc.array(fc.tuple(name, wild)),
      wild,
      fc.boolean(),
      wild,
      (url, headers, peer, up, method) => {
        const knock = { method, url, rawHeaders: headers.flat(), peerAddress: peer, isUpgrade: up };
        const fromProxy = { ...knock, peerAddress: "10.0.0.1" };
        expect(typeof judge(knock, policy).ok).toBe("boolean");
        expect(typeof judge(fromProxy, { ...policy, trusted: proxy.value }).ok).toBe("boolean");
      },
    ),
    { numRuns: 2_000 },
  );
});

describe("the frame for a stranger's HTML", () => {
  const from = (site: string, dest: string): string =>
    outcome({
      url: "/result-frame",
      headers: { "sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": dest },
    });

  test("is for our own page to frame, and for nobody else", () => {
    expect(from("same-origin", "iframe")).toBe("in");
    // A sandboxed frame that navigates itself comes from no origin.
    expect(from("cross-site", "iframe")).toBe("wrong-origin");
    expect(from("same-site", "iframe")).toBe("wrong-origin");
    expect(from("same-origin", "document")).toBe("wrong-origin");
  });

  test("is the only document that may be framed", () => {
    const headers = {
      "sec-fetch-site": "same-origin",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "iframe",
    };
    for (const url of ["/", "/r/aaaaaaaaaaaaaaaaaaaa", "/sign-in", "/result-frame/"])
      expect(outcome({ url, headers })).toBe("wrong-origin");
  });
});

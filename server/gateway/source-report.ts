/** What the sandbox tells of who sends requests (runner/site/sources.py). All of it may be made up, but only about the run's own calls. */
import type { SourcePlace } from "../../contract/calls.ts";

/** A process is about to send requests, in one write. */
export interface SentReport {
  readonly kind: "sent";
  /** What both ends of the TLS connection know of it and no other connection has ("tls-unique"), in hex. */
  readonly binding: string;
  /** 1 for the first request that the process told of on that connection. */
  readonly first: number;
  readonly pid: number;
  /** Names the library's call that sends it: the same again means that the library repeats by itself. Null: not known. */
  readonly call: string | null;
  /** Request lines, each cut to `comparedLength`. */
  readonly lines: readonly string[];
  readonly places: readonly SourcePlace[];
}

/** A process starts another, or becomes another program itself. */
export interface StartReport {
  readonly kind: "started";
  readonly pid: number;
  readonly itself: boolean;
  /** CRC-32 of the command's words, in hex. */
  readonly command: string;
  /** Since the machine's start, ms. */
  readonly atMs: number;
  readonly places: readonly SourcePlace[];
}

export type SourceReport = SentReport | StartReport;

/** One process of a run, as its process 1 sees it. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  /** Since the machine's start, ms, in steps of 10. */
  readonly startedMs: number;
  readonly command: string;
}

/** The process that has this local port of a connection to the gateway, then its parents; empty when nobody knows. */
export type OwnerOf = (port: number) => Promise<readonly ProcessFacts[]>;

/** So much of a request's first line is compared. */
export const comparedLength = 200;

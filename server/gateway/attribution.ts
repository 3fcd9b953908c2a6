/**
 * Joins the requests that come in with what the sandbox tells of who sent them: by the TLS connection that both know, in the
 * order of its requests. Either may come first; what nobody tells is left untold.
 */
import type { SourcePlace } from "../../contract/calls.ts";
import { comparedLength, type OwnerOf, type SentReport, type SourceReport } from "./source-report.ts";
import { createStarts, type Owner } from "./starts.ts";

export interface Teller {
  readonly places: readonly SourcePlace[];
  /** See SentReport. */
  readonly call: string | null;
}

export interface ArrivedConnection {
  /** `bindings`: each of the names that the other end may have for it. */
  seen(bindings: readonly string[]): SeenConnection;
}

export interface SeenConnection {
  /** Resolves when nothing is lost by its end any more; null: it never was. */
  readonly known: Promise<unknown> | null;
  /** `tell` is called at most once, at once or later. */
  asked(requestLine: string, tell: (teller: Teller) => void): void;
  closed(): void;
}

export interface Attribution {
  told(report: SourceReport): void;
  /** One from this port has arrived; what it is bound by comes with its first request. */
  connection(port: number): ArrivedConnection;
}

interface Told extends Teller {
  readonly number: number;
  readonly line: string;
  readonly pid: number;
}
interface Asked {
  /** 1 for the connection's first request. */
  readonly number: number;
  readonly line: string;
  readonly tell: (told: Told) => void;
}
interface Queue {
  readonly told: Told[];
  readonly asked: Asked[];
  /** How many more requests were told of than came in: text that only looked like one. */
  lead: number;
  /** The last request that was let go untold: its report, should it still come, is nobody else's. */
  letGo: number;
  isOpen: boolean;
}

/** Connections of which only one side is known, or that have closed a while ago; the oldest of more are forgotten. */
const keptQueues = 512;
/** Reports that wait for their requests, of one connection: further ones are not kept. */
const keptReports = 64;
/** Requests of one connection that nobody has told of: the oldest of more are left untold, and their calls let go. */
const keptRequests = 16;

export function createAttribution(ownerOf: OwnerOf): Attribution {
  const queues = new Map<string, Queue>();
  const starts = createStarts(ownerOf);

  function queueFor(bindings: readonly string[]): Queue {
    const known = bindings.map((binding) => queues.get(binding)).find((queue) => queue !== undefined);
    const queue = known ?? { told: [], asked: [], lead: 0, letGo: 0, isOpen: false };
    for (const binding of bindings) queues.set(binding, queue);
    for (const [binding, old] of queues) {
      if (queues.size <= keptQueues) break;
      if (!old.isOpen && old !== queue) queues.delete(binding);
    }
    return queue;
  }

  function heard(report: SentReport): void {
    starts.tells(report.pid);
    const queue = queueFor([report.binding]);
    for (const [at, line] of report.lines.entries())
      if (queue.told.length < keptReports) queue.told.push({ ...report, line, number: report.first + at });
    join(queue);
  }

  return {
    told: (report) => (report.kind === "sent" ? heard(report) : starts.told(report)),
    connection(port) {
      const owner = starts.connection(port);
      return { seen: (bindings) => seen(queueFor(bindings), owner) };
    },
  };
}

function seen(queue: Queue, owner: Owner): SeenConnection {
  queue.isOpen = true;
  let count = 0;
  return {
    known: owner.known,
    asked(requestLine, tell) {
      let isTold = false;
      const tellOnce = (teller: Teller): void => {
        if (isTold) return;
        isTold = true;
        tell({ places: teller.places, call: teller.call });
      };
      const number = (count += 1);
      const line = requestLine.slice(0, comparedLength);
      queue.asked.push({
        number,
        line,
        tell: (told) => {
          if (told.places.length > 0) tellOnce(told);
          // It sends for whoever started it.
          else void owner.places(false).then((places) => tellOnce({ places: places ?? [], call: told.call }));
        },
      });
      join(queue);
      if (queue.asked.length > keptRequests) queue.letGo = queue.asked.shift()?.number ?? 0;
      if (isTold) return;
      void owner.places(true).then((places) => {
        if (places !== null) tellOnce({ places, call: null });
      });
    },
    closed() {
      queue.isOpen = false;
    },
  };
}

/**
 * Both count the connection's requests from 1. A report may have been lost, text may have looked like a request, and a request
 * may have been sent past the hook: where two don't fit, what comes later tells which of them has no other half.
 */
function join(queue: Queue): void {
  const { told, asked } = queue;
  for (let [report, request] = [told[0], asked[0]]; report !== undefined && request !== undefined;) {
    if (report.number - queue.lead <= queue.letGo) told.shift();
    else if (request.number < report.number - queue.lead) asked.shift();
    else if (request.line === report.line) {
      queue.lead = report.number - request.number;
      told.shift();
      asked.shift();
      request.tell(report);
    } else if (has(told, request)) {
      queue.lead += 1;
      told.shift();
    } else if (has(asked, report)) {
      queue.lead -= 1;
      asked.shift();
    } else return;
    [report, request] = [told[0], asked[0]];
  }
}

const has = (queue: readonly { readonly line: string }[], { line }: { readonly line: string }): boolean =>
  queue.some((one) => one.line === line);

/** Builds the sandbox's seccomp filters: an allow-list over every call of the machine, searched by halving. Pure. */
import type { Buffer } from "node:buffer";
import { decisions } from "./seccomp-arguments.ts";
import {
  decide,
  encode,
  give,
  loadArchitecture,
  loadCall,
  type Decision,
  type Span,
} from "./seccomp-instructions.ts";
import { auditArchitecture, callsOf, callsOfZygote, type Call, type Machine } from "./seccomp-rules.ts";

/** What programs run under. */
export const seccompProgram = (machine: Machine): Buffer => build(machine, new Set());

/** What the process runs under that makes the runs' namespaces: the same, and the calls for that. */
export const zygoteSeccompProgram = (machine: Machine): Buffer => build(machine, callsOfZygote);

const allow = give("allow");
const refuse = give("refuse");
const absent = give("absent");

function build(machine: Machine, more: ReadonlySet<string>): Buffer {
  const spans = callsOf(machine).map((call): Span => {
    const decision = more.has(call.name) ? allow : decisionOn(call);
    return [call.number, call.number, decision];
  });
  // The numbers of the x32 variant, which all have bit 30, are in no span.
  const onOurs: Decision = [loadCall, ...decide(spans, absent)];
  return encode([
    loadArchitecture,
    ...decide([[auditArchitecture[machine], auditArchitecture[machine], onOurs]], give("kill")),
  ]);
}

function decisionOn({ name, judgement }: Call): Decision {
  if (judgement === "allowed") return allow;
  if (judgement === "refused") return refuse;
  if (judgement === "absent") return absent;
  const decision = decisions[name];
  if (decision === undefined) throw new Error(`nothing decides on ${name}`);
  return decision;
}

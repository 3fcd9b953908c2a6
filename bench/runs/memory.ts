/** What a server holds without sessions, what each further session adds, and what one adds that has numpy and requests loaded. */
import { pssMb, settled } from "../measures/process-tree.ts";
import type { Sample } from "../measures/samples.ts";
import type { TargetKind } from "../targets/target.ts";
import { loaded, programs, type Program } from "./programs.ts";

const sessionsHeld = 4;
export const serverAlone = "server alone, MB";
export const perIdleSession = "per idle session, MB";
export const perLoadedSession = "per session with numpy+requests, MB";

/** PSS, from fresh starts: kinds that are no servers, or have no sessions, are passed over. */
export async function measureMemory(
  kinds: readonly TargetKind[],
  rounds: number,
  tell: (words: string) => void,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const kind of kinds) {
      const sample = (measure: string, value: number): Sample => ({
        target: kind.name,
        measure,
        round,
        value,
      });
      const idle = await holding(kind, programs.hello);
      if (idle === null) continue;
      const full = await holding(kind, loaded);
      samples.push(sample(serverAlone, idle.alone), sample(perIdleSession, idle.perSession));
      if (full !== null) samples.push(sample(perLoadedSession, full.perSession));
    }
    tell(`memory: round ${round} of ${rounds}`);
  }
  return samples;
}

/** The first session is opened before the server is weighed the second time: what all share is not the further ones' cost. */
async function holding(
  kind: TargetKind,
  program: Program,
): Promise<{ readonly alone: number; readonly perSession: number } | null> {
  const prepared = await kind.prepare();
  if (!prepared.ok) return null;
  await using target = prepared.target;
  const { uses, hold } = target;
  if (uses.kind !== "server" || hold === null) return null;
  const weigh = async (): Promise<number> => {
    await settled(uses.pid, 5_000);
    return pssMb(uses.pid);
  };
  const alone = await weigh();
  await hold(program);
  const first = await weigh();
  for (let more = 0; more < sessionsHeld; more += 1) await hold(program);
  return { alone, perSession: ((await weigh()) - first) / sessionsHeld };
}

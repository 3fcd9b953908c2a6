/** Structured logs: one JSON line per finished thing on standard error, secrets cut out wherever they could stand. */
import { pino, type DestinationStream, type Logger } from "pino";

export type Log = Logger;

const anyKey = /sk-or-v1-[0-9A-Za-z_-]{8,}/g;

/** `level` is one of pino's ("info"); a destination is given by tests. */
export function createLog(level: string, destination?: DestinationStream): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ["key", "token", "authorization", "cookie", "*.key", "*.token", "*.authorization", "*.cookie"],
        censor: "[redacted]",
      },
      hooks: {
        streamWrite: (line) => line.replace(anyKey, "sk-or-v1-[redacted]"),
      },
    },
    destination ?? pino.destination({ fd: 2, sync: true }),
  );
}

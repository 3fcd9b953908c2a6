/** The flags of `openrouter-ide run`: reading and help are made from this list. */
import { settings } from "../settings-table.ts";

export const runFlags = [
  {
    flag: "--model",
    value: "MODEL",
    says: "What the program finds as OPENROUTER_MODEL. Default: chosen from the catalogue.",
  },
  { flag: "--timeout", value: "SECONDS", says: "Wall-clock limit. Default: 30." },
  {
    flag: "--stdin",
    value: null,
    says: "Pass our standard input on to the program; else its input is empty.",
  },
  {
    flag: "--ceiling",
    value: "USD",
    says: "The most that its calls may cost together, as 0.50: what could go over is refused with error 402.",
  },
  { flag: "--allow-unknown-prices", value: null, says: settings.allowUnknownPrices.says },
  {
    flag: "--allow-host",
    value: "NAME",
    repeats: true,
    says: "Let the program reach this host on port 443, too; its calls there are neither recorded nor held to the ceiling.",
  },
  { flag: "--simulator", value: null, says: settings.simulator.says },
  { flag: "--package-index", value: settings.packageIndex.value, says: settings.packageIndex.says },
  { flag: "--no-package-index", value: null, says: settings.noPackageIndex.says },
  {
    flag: "--report",
    value: "FILE",
    says: "Write how the run ended, and its calls, as JSON to FILE, whole or not at all.",
  },
  {
    flag: "--results",
    value: "DIR",
    says: "Write what the program shows and the files that it makes into DIR, which must be new or empty.",
  },
  {
    flag: "--with",
    value: "PATH",
    repeats: true,
    says: "Copy this file, or what is in this folder, beside the program. May be given more than once.",
  },
  { flag: "--python", value: "PATH", says: settings.python.says },
] as const;

/** Where the process begins: does what the command line asks for, and ends with its exit code. */
import { runCommandLine } from "./cli/command-line.ts";

process.exit(await runCommandLine(process.argv.slice(2)));

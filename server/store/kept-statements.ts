/** Statements that are compiled once for each set of columns that they name: to build one anew costs more than to run it. */
import { CompiledQuery } from "kysely";

/** More sets of columns than the code ever writes; further ones are compiled each time. */
const keptTexts = 64;

/**
 * `build` makes the statement out of values by their columns, and then `rest`: its parameters must be just these, in this order.
 * What is undefined is left out.
 */
export function keptStatement<V extends object, R extends readonly unknown[]>(
  build: (values: V, ...rest: R) => { compile(): CompiledQuery },
): (values: V, ...rest: R) => CompiledQuery {
  const texts = new Map<string, string>();
  return (values, ...rest) => {
    const names: string[] = [];
    const parameters: unknown[] = [];
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) continue;
      names.push(name);
      parameters.push(value);
    }
    parameters.push(...rest);
    const columns = names.join();
    const text = texts.get(columns);
    if (text !== undefined) return CompiledQuery.raw(text, parameters);
    const compiled = build(values, ...rest).compile();
    if (
      compiled.parameters.length !== parameters.length ||
      compiled.parameters.some((value, at) => value !== parameters[at])
    )
      throw new Error(`A kept statement has other parameters than it was given: ${compiled.sql}`);
    if (texts.size < keptTexts) texts.set(columns, compiled.sql);
    return compiled;
  };
}

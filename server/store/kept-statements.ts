/** Statements that are compiled once for each set of columns that they name: to build one anew costs more than to run it. */
import type { CompiledQuery } from "kysely";

/** More sets of columns than the code ever writes; further ones are compiled each time. */
const mostKept = 64;

/**
 * `build` makes the statement out of values by their columns, and then `rest`: its parameters must be just these, in this order.
 * What is undefined is left out.
 */
export function keptStatement<V extends object, R extends readonly unknown[]>(
  build: (values: V, ...rest: R) => { compile(): CompiledQuery },
): (values: V, ...rest: R) => CompiledQuery {
  const kept: { readonly columns: readonly string[]; readonly statement: CompiledQuery }[] = [];
  return (values, ...rest) => {
    const columns: string[] = [];
    const parameters: unknown[] = [];
    for (const name in values) {
      if (values[name] === undefined) continue;
      columns.push(name);
      parameters.push(values[name]);
    }
    parameters.push(...rest);
    const known = kept.find((one) => isSame(one.columns, columns));
    if (known !== undefined) return { ...known.statement, parameters };
    const compiled = build(values, ...rest).compile();
    if (!isSame(compiled.parameters, parameters))
      throw new Error(`A kept statement has other parameters than it was given: ${compiled.sql}`);
    if (kept.length < mostKept) kept.push({ columns, statement: compiled });
    return compiled;
  };
}

/**
 * The same for a statement whose text is always one: `build` makes it out of its parameters, which must be just these, in this
 * order.
 */
export function keptQuery<P extends readonly unknown[], R>(
  build: (...parameters: P) => { compile(): CompiledQuery<R> },
): (...parameters: P) => CompiledQuery<R> {
  let kept: CompiledQuery<R> | null = null;
  return (...parameters) => {
    if (kept !== null) return { ...kept, parameters };
    const compiled = build(...parameters).compile();
    if (!isSame(compiled.parameters, parameters))
      throw new Error(`A kept query has other parameters than it was given: ${compiled.sql}`);
    kept = compiled;
    return compiled;
  };
}

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((one, at) => one === b[at]);

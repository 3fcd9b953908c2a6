/** What calls count for against a ceiling, summed in the database: one rule for those that stand and those that are removed. */
import { sql } from "kysely";

/** 10^-12 USD: the price; while a call is under way or its price unknown, what was reserved for it. */
export const heldBy = sql<number | bigint>`cast(coalesce(sum(coalesce(
  ${sql.ref("call.costPicoUsd")},
  case when ${sql.ref("call.state")} in ('open', 'streaming', 'unknown') then ${sql.ref("call.reservedPicoUsd")} end,
  0)), 0) as bigint)`;

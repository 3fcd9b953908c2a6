/** Decides, with the whole request at hand, whether it may be sent on: not again and again, and not over a ceiling. */
import { overBudgetCode, unknownPriceCode } from "../../contract/calls.ts";
import { limits } from "../../contract/limits.ts";
import { ceilingLabels } from "../../contract/session.ts";
import { textOf } from "../content-coding.ts";
import { usdText } from "../money.ts";
import { jsonObject } from "../wire-json.ts";
import { readAsk, type Unknowable } from "./ask.ts";
import type { OverCeiling, Reservation, RunMoney } from "./gateway.ts";
import { pathOf } from "./policy.ts";
import { worstCase, type Worst } from "./worst-case.ts";

/** The whole body, decoded; null when it is too large, coded in an unknown way, or did not come whole. */
export interface WholeRequest {
  readonly target: string;
  readonly startedAt: number;
  readonly body: Uint8Array | null;
  readonly repeats: number;
}

export interface Refused {
  readonly status: number;
  readonly message: string;
  readonly code: string;
}

export interface Held {
  readonly reservation: Reservation;
  /** What one written token costs at least, 10^-12 USD; null where nobody told prices beforehand. */
  readonly leastPerToken: bigint | null;
}

export type Admission =
  { readonly ok: true; readonly held: Held | null } | { readonly ok: false; readonly refused: Refused };

/** Whether requests of this run must be read whole before they are sent on. */
export const mustBeWhole = (money: RunMoney | undefined): boolean =>
  money !== undefined && (money.repeats !== null || money.account.isHeld());

/** Every answer without a reservation was given before anything was set aside. */
export async function admit(money: RunMoney, request: WholeRequest): Promise<Admission> {
  if (money.repeats !== null && request.repeats > money.repeats) {
    money.stop();
    return refuse(429, "repeats", repeatsMessage(request.repeats));
  }
  const { account } = money;
  if (!account.isHeld()) return reserve(money, request, nothing);
  const worst = await worstOf(money, request);
  if (!("unknown" in worst)) return reserve(money, request, worst);
  if (account.allowsUnknown()) return reserve(money, request, nothing);
  if (request.body === null) return refuse(413, unknownPriceCode, `${worst.unknown} ${howToAllow}`);
  return refuse(
    402,
    unknownPriceCode,
    `This request can't be held to a ceiling: ${worst.unknown}. ${howToAllow}`,
  );
}

const howToAllow = `“${ceilingLabels.unknownPrices}” lets it through: in the menu of this IDE, under “${ceilingLabels.place}”.`;

/** Its price counts once it is told. */
const nothing = { picoUsd: null, leastPerToken: null };

async function worstOf(money: RunMoney, { target, body }: WholeRequest): Promise<Worst | Unknowable> {
  if (body === null)
    return {
      unknown: `Under a ceiling a request must come whole, with at most ${limits.pricedRequestBytes / 2 ** 20} MiB, to be priced before it is sent.`,
    };
  const ask = readAsk(pathOf(target), jsonObject(textOf(body)), body.length);
  return "unknown" in ask ? ask : worstCase(ask, money.prices);
}

function reserve(
  { account }: RunMoney,
  { startedAt }: WholeRequest,
  { picoUsd, leastPerToken }: Worst | typeof nothing,
): Admission {
  const reserved = account.reserve(startedAt, picoUsd);
  return reserved.ok
    ? { ok: true, held: { reservation: reserved.value, leastPerToken } }
    : refuse(402, overBudgetCode, overMessage(reserved.error));
}

const refuse = (status: number, code: string, message: string): Admission => ({
  ok: false,
  refused: { status, code, message },
});

const owners = {
  run: "This run's ceiling",
  session: "This session's ceiling",
  day: "Today's ceiling",
} as const;

/** In OpenRouter's words for the same case, as far as they are true here, and with where to go. */
function overMessage({ which, ceiling, held, wanted }: OverCeiling): string {
  const left = ceiling > held ? ceiling - held : 0n;
  return (
    `This request requires more credits, or fewer max_tokens. ${owners[which]} is $${usdText(ceiling)}, of which ` +
    `$${usdText(left)} is left, and ${wanted === null ? "nobody tells what this request may cost" : `this request may cost up to $${usdText(wanted)}`}. ` +
    `Nothing was sent. The ceiling is “${ceilingLabels[which]}” under “${ceilingLabels.place}” in the menu of this IDE` +
    `${which === "run" ? ", or --ceiling on the command line" : ""}.`
  );
}

const repeatsMessage = (repeats: number): string =>
  `The same request was already sent ${repeats} times, so this run is stopped.`;

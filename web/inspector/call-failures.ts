/** What a failed call means and what to do about it, in words: by OpenRouter's status, made more exact by its message. */
import { overBudgetCode, unknownPriceCode, type Call } from "../../contract/calls.ts";
import { ceilingLabels } from "../../contract/session.ts";

export interface Advice {
  readonly says: string;
  /** The way out. */
  readonly hint: string;
  readonly link?: { readonly label: string; readonly href: string };
  /** A place in this page where the way out is. */
  readonly opens?: "ceilings";
}

const keysPage = { label: "Keys at openrouter.ai", href: "https://openrouter.ai/settings/keys" };
const creditsPage = { label: "Credits at openrouter.ai", href: "https://openrouter.ai/settings/credits" };
const privacyPage = { label: "Privacy at openrouter.ai", href: "https://openrouter.ai/settings/privacy" };
const statusPage = { label: "OpenRouter's status", href: "https://status.openrouter.ai" };

interface Cause {
  /** Matched against OpenRouter's message; a cause without one is what the status means otherwise. */
  readonly when?: RegExp;
  readonly advice: Advice;
}

/** Per status the special causes first, then the general one (wording as OpenRouter is known to send it). */
const causes: Readonly<Record<number, readonly Cause[]>> = {
  400: [
    {
      when: /not a valid model id/i,
      advice: {
        says: "OpenRouter has no model of this name.",
        hint: "Choose one from the model list; names look like author/model.",
      },
    },
    {
      when: /context length|context window|too many tokens/i,
      advice: {
        says: "The prompt is longer than this model can read.",
        hint: "Shorten the messages, ask for a smaller max_tokens, or choose a model with a larger context.",
      },
    },
    {
      advice: {
        says: "OpenRouter, or the provider behind it, did not accept the request.",
        hint: "Compare the body under Request with what the model supports; the message names the field where it can.",
      },
    },
  ],
  401: [
    {
      advice: {
        says: "OpenRouter does not accept the API key.",
        hint: "It may be deleted, disabled or expired. Open the key chip below and paste a working one.",
        link: keysPage,
      },
    },
  ],
  402: [
    {
      when: /fewer max_tokens|can only afford/i,
      advice: {
        says: "The credit does not cover the longest answer that this request allows.",
        hint: "Set a smaller max_tokens (without it the model's maximum is reserved), or add credit.",
        link: creditsPage,
      },
    },
    {
      advice: {
        says: "The account has run out of credit.",
        hint: "Add credit, or use a free model. A negative balance blocks free models too.",
        link: creditsPage,
      },
    },
  ],
  403: [
    {
      when: /key limit|limit exceeded|spend/i,
      advice: {
        says: "This key has reached its own spending limit; the account may still have credit.",
        hint: "Raise the key's limit, or use another key.",
        link: keysPage,
      },
    },
    {
      when: /moderation|flagged/i,
      advice: {
        says: "The input was flagged by moderation and not sent on.",
        hint: "Reword it, or choose a model without required moderation; the reasons stand under Response.",
      },
    },
    {
      when: /region|country|location/i,
      advice: {
        says: "This model is not offered where the request came from.",
        hint: "Choose another model or provider.",
      },
    },
    {
      advice: {
        says: "This key may not do that.",
        hint: "It may lack the permission, or a guardrail of the account blocked the request; see Response for the reason.",
        link: keysPage,
      },
    },
  ],
  404: [
    {
      when: /data policy|privacy/i,
      advice: {
        says: "The account's privacy settings rule out every provider of this model.",
        hint: "Allow more providers in the privacy settings, or choose another model.",
        link: privacyPage,
      },
    },
    {
      when: /tool use|support tools?/i,
      advice: {
        says: "No provider of this model takes tools.",
        hint: "Leave the tools out, or choose a model that supports them.",
      },
    },
    {
      advice: {
        says: "No provider offers this model for this request, or the address does not exist.",
        hint: "Check the model's name and the provider filters of the request, and the path under Overview.",
      },
    },
  ],
  408: [
    {
      advice: {
        says: "The request took too long to get through.",
        hint: "Send it again; if it keeps happening, make it smaller or stream the answer.",
      },
    },
  ],
  413: [
    {
      advice: {
        says: "The request is larger than OpenRouter takes.",
        hint: "Send fewer or smaller messages, images or files.",
      },
    },
  ],
  422: [
    {
      advice: {
        says: "The request is well formed, but its values do not make sense together.",
        hint: "Compare the body under Request with the message.",
      },
    },
  ],
  429: [
    {
      when: /free-models-per-day/i,
      advice: {
        says: "Today's allowance of free requests is used up.",
        hint: "Wait for tomorrow (UTC), use a paid model, or add credit once to get a larger allowance.",
        link: creditsPage,
      },
    },
    {
      when: /free-models-per-min/i,
      advice: {
        says: "Free models allow only so many requests a minute.",
        hint: "Wait a minute between bursts, or use a paid model.",
      },
    },
    {
      when: /provider returned error|upstream|temporarily/i,
      advice: {
        says: "The provider is limiting requests, not OpenRouter and not your key.",
        hint: "Wait for as long as Retry-After says, or name fallback models so that another one answers.",
      },
    },
    {
      advice: {
        says: "Too many requests in a short time.",
        hint: "Wait for as long as the reply's Retry-After header says, then try again with longer pauses.",
      },
    },
  ],
  500: [
    {
      advice: {
        says: "Something went wrong inside OpenRouter.",
        hint: "Try again; if it lasts, the generation id helps their support.",
        link: statusPage,
      },
    },
  ],
  502: [
    {
      advice: {
        says: "The provider is down, or answered with something invalid.",
        hint: "Try again, or name fallback models so that another provider answers.",
        link: statusPage,
      },
    },
  ],
  503: [
    {
      advice: {
        says: "No provider can take this request at the moment.",
        hint: "Try again later, loosen the provider filters, or choose another model.",
        link: statusPage,
      },
    },
  ],
  504: [
    {
      advice: {
        says: "The provider did not answer in time.",
        hint: "Try again, make the request smaller, or stream the answer.",
      },
    },
  ],
  529: [
    {
      advice: {
        says: "The provider is overloaded.",
        hint: "Try again in a while, or name fallback models.",
      },
    },
  ],
};

/** What the gateway refuses before it sends anything on, by its message: server/gateway/policy.ts. */
const useTheOneGiven =
  'Use os.environ["OPENROUTER_API_KEY"], as most libraries do by themselves: the gateway puts the real key in its place.';
const refusals: readonly Cause[] = [
  {
    when: /^Missing Authentication header/,
    advice: { says: "The program sent no key.", hint: useTheOneGiven },
  },
  {
    when: /^No auth credentials found/,
    advice: { says: "The program sent an empty key.", hint: useTheOneGiven },
  },
  {
    when: /^User not found/,
    advice: { says: "What the program sent as its key is no key of OpenRouter's.", hint: useTheOneGiven },
  },
  {
    advice: {
      says: "The gateway did not send this request on.",
      hint: "Only OpenRouter's own paths and methods are let through, and nothing ambiguous; the message tells which rule.",
    },
  },
];

/** Failures that are told by this server's gateway and not by OpenRouter, by its own words for them. */
const gatewayCauses: Readonly<Record<string, Advice>> = {
  [overBudgetCode]: {
    says: "A ceiling stopped this call.",
    hint: "Raise the ceiling, or let the request ask for less: a smaller max_tokens sets less aside. The message tells which ceiling and how much is left.",
    opens: "ceilings",
  },
  [unknownPriceCode]: {
    says: "Nobody tells beforehand what this call may cost, so no ceiling can hold it.",
    hint: `Tick “${ceilingLabels.unknownPrices}” under “${ceilingLabels.place}”, or choose a model with a listed price.`,
    opens: "ceilings",
  },
  repeats: {
    says: "The same request had been sent too often, so the run was stopped.",
    hint: "Look for a loop, or a retry without a pause and an end. How often is too often is set beside the ceilings.",
    opens: "ceilings",
  },
  "no-key": {
    says: "There is no key to send this request with.",
    hint: "Open the key chip below and paste one; without a key the simulator answers.",
  },
  unreachable: {
    says: "OpenRouter can't be reached from this server.",
    hint: "Check the server's network, or start it with --simulator to work offline.",
  },
  "timed-out": {
    says: "OpenRouter did not answer in time.",
    hint: "Run again; it may have been charged all the same.",
    link: statusPage,
  },
  "bad-reply": {
    says: "What came back was not a valid reply.",
    hint: "Run again; if it lasts, something stands between this server and OpenRouter.",
    link: statusPage,
  },
  "broken-off": {
    says: "The reply broke off before it was whole.",
    hint: "Run again; what had arrived stands under Response and Events.",
  },
  "program-left": {
    says: "The program went away before the reply was whole.",
    hint: "It ended, was stopped, or closed the connection. What was generated until then may have been charged.",
  },
  unpriced: {
    says: "The reply is whole, but it did not tell what it cost.",
    hint: "The generation id above finds the price in OpenRouter's activity list.",
    link: { label: "Activity at openrouter.ai", href: "https://openrouter.ai/activity" },
  },
};

const otherClientError: Advice = {
  says: "The request was refused.",
  hint: "The message and the body under Response tell more.",
};
const otherFailure: Advice = {
  says: "The call failed.",
  hint: "The message tells more; what had arrived stands under Response.",
};

/**
 * The words for a failed call, null for one that did not fail. The error's own code counts before the HTTP status: a
 * stream that fails midway has status 200.
 */
export function adviceFor(call: Pick<Call, "state" | "status" | "error">): Advice | null {
  if (call.state !== "failed" && call.error === null) return null;
  const code = call.error?.code ?? "";
  const ours = gatewayCauses[code];
  if (ours !== undefined) return ours;
  const message = call.error?.message ?? "";
  const fits = ({ when }: Cause): boolean => when === undefined || when.test(message);
  if (code === "refused") return refusals.find(fits)?.advice ?? otherFailure;
  const status = failedStatus(call);
  if (status === null) return otherFailure;
  return (causes[status] ?? causes[alike(status)])?.find(fits)?.advice ?? otherClientError;
}

/** Words that the responses and messages surfaces, and `error_type`, have where chat has a status. */
const statusOfWord: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  invalid_request: 400,
  invalid_prompt: 400,
  context_length_exceeded: 400,
  image_content_policy_violation: 400,
  content_policy_violation: 400,
  authentication_error: 401,
  authentication: 401,
  billing_error: 402,
  payment_required: 402,
  permission_error: 403,
  permission_denied: 403,
  not_found_error: 404,
  not_found: 404,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  api_error: 500,
  server_error: 500,
  server: 500,
  provider_unavailable: 502,
  provider_overloaded: 503,
  timeout_error: 504,
  timeout: 504,
  overloaded_error: 529,
};

function failedStatus({ status, error }: Pick<Call, "status" | "error">): number | null {
  const word = error?.code ?? "";
  // A reply that began well fails by its word; one that was refused has told its status.
  if (status !== null && status < 400 && Object.hasOwn(statusOfWord, word)) return statusOfWord[word] ?? null;
  const code = error === null ? Number.NaN : Number(error.code);
  if (code >= 400 && code <= 599) return code;
  return status !== null && status >= 400 ? status : null;
}

/** Statuses of the edge in front of OpenRouter (520 to 524, 530) mean what their common cousin means. */
function alike(status: number): number {
  if (status === 522 || status === 524) return 504;
  if (status >= 520) return 502;
  return status >= 500 ? 500 : status;
}

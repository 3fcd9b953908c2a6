/** How a call found its provider: what was asked, who answered, and the router's own account where the reply holds one. */
import { useMemo } from "preact/hooks";
import type { CallRecord } from "../../contract/calls.ts";
import { routingOf, type Endpoint, type PipelineStep, type RoutingFact } from "./routing.ts";

export function RoutingView({ record }: { readonly record: CallRecord }) {
  const { asked, answered, told } = useMemo(() => routingOf(record), [record]);
  return (
    <>
      <Facts
        title="Asked for"
        facts={asked}
        otherwise="The request says nothing of routing: OpenRouter chose freely."
      />
      <Facts title="Answered" facts={answered} otherwise="Nothing was told of who answered." />
      {told === null ? (
        <section aria-label="The router's account">
          <h3>The router's account</h3>
          <p class="says">
            Which providers were tried, and what plugins and guardrails did, was not told. OpenRouter tells it
            when the request has the header <code>X-OpenRouter-Metadata: enabled</code>; never for replies
            from its cache.
          </p>
        </section>
      ) : (
        <>
          <Facts title="The router's account" facts={told.facts} otherwise="It is empty." />
          <Endpoints
            title="Tried, in this order"
            endpoints={told.attempts}
            otherwise="The tries are not told."
          />
          <Endpoints title="Providers at hand" endpoints={told.available} otherwise="They are not told." />
          <Pipeline steps={told.pipeline} />
        </>
      )}
    </>
  );
}

interface FactsProps {
  readonly title: string;
  readonly facts: readonly RoutingFact[];
  readonly otherwise: string;
}

function Facts({ title, facts, otherwise }: FactsProps) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {facts.length === 0 && <p class="says">{otherwise}</p>}
      <dl class="routing-facts">
        {facts.map(({ name, value }, index) => (
          <div key={index}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface EndpointsProps {
  readonly title: string;
  readonly endpoints: readonly Endpoint[];
  readonly otherwise: string;
}

function Endpoints({ title, endpoints, otherwise }: EndpointsProps) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {endpoints.length === 0 && <p class="says">{otherwise}</p>}
      <ol class="routing-endpoints">
        {endpoints.map(({ provider, model, status, selected }, index) => (
          <li key={index}>
            <span>
              {provider === "" ? "unnamed" : provider}
              {model !== null && <small>{model}</small>}
            </span>
            {status !== null && <span class={`pill ${/^2\d\d$/.test(status) ? "ok" : "bad"}`}>{status}</span>}
            {selected && <span class="pill ok">chosen</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Pipeline({ steps }: { readonly steps: readonly PipelineStep[] }) {
  if (steps.length === 0) return null;
  return (
    <section aria-label="On the way">
      <h3>On the way</h3>
      <dl class="routing-facts">
        {steps.map(({ type, name, summary, costUsd }, index) => (
          <div key={index}>
            <dt>
              {type.replaceAll("_", " ")} {name}
            </dt>
            <dd>
              {summary ?? "no summary"}
              {costUsd !== null && `, $${costUsd}`}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

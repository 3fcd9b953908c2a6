/** The headers of request and reply as they were recorded: searched, copied one by one, and without a secret. */
import { useSignal } from "@preact/signals";
import type { CallRecord } from "../../contract/calls.ts";
import { CopyButton } from "../calls/copy-button.tsx";
import { Icon } from "../shell/icon.tsx";
import { curlHeader, headersWith, neverRecorded, shownHeaders, type ShownHeader } from "./header-words.ts";

export function HeadersView({ record }: { readonly record: CallRecord }) {
  const words = useSignal("");
  const { call, request, response } = record;
  return (
    <div class="headers-view">
      <label class="field">
        <Icon name="search" size="small" />
        <input
          type="text"
          aria-label="Search the headers"
          placeholder="Search the headers"
          spellcheck={false}
          value={words.value}
          onInput={(event) => (words.value = event.currentTarget.value)}
        />
      </label>
      <Headers
        title="Request"
        line={`${call.method} ${call.path}`}
        headers={shownHeaders(request.headers)}
        words={words.value}
        note={`What ${neverRecorded.slice(0, 3).join(", ")} held is never recorded; the real key is added after recording.`}
      />
      <Headers
        title="Response"
        line={call.status === null ? "no reply" : `HTTP ${call.status}`}
        headers={shownHeaders(response.headers)}
        words={words.value}
        note={`What ${neverRecorded[3]} held is never recorded.`}
      />
    </div>
  );
}

interface HeadersProps {
  readonly title: string;
  readonly line: string;
  readonly headers: readonly ShownHeader[];
  readonly words: string;
  readonly note: string;
}

function Headers({ title, line, headers, words, note }: HeadersProps) {
  const found = headersWith(headers, words);
  const all = headers.map(({ name, value }) => `${name}: ${value ?? "masked"}`).join("\n");
  return (
    <section aria-label={`${title} headers`}>
      <h3>
        {title}{" "}
        {headers.length > 0 && <CopyButton text={all} label={`Copy the ${title.toLowerCase()}'s headers`} />}
      </h3>
      <p class="message-line mono">{line}</p>
      {found.length > 0 && (
        <table class="header-table">
          <colgroup>
            <col class="header-name" />
            <col />
            <col class="header-copy" />
          </colgroup>
          <thead class="visually-hidden">
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Value</th>
              <th scope="col">Copy</th>
            </tr>
          </thead>
          <tbody>
            {found.map((header, index) => (
              <tr key={index}>
                <th scope="row">{header.name}</th>
                <td>{header.value ?? <span class="pill">masked</span>}</td>
                <td>
                  <CopyButton text={curlHeader(header)} label={`Copy ${header.name} for cURL`} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {headers.length === 0 && <p class="says">None were recorded.</p>}
      {headers.length > 0 && found.length === 0 && <p class="says">None holds these words.</p>}
      {headers.length > 0 && <p class="says bill-note">{note}</p>}
    </section>
  );
}

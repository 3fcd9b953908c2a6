/** The forms in which a recorded call can be copied, in the order of the menu. */
import type { CallRecord } from "../../contract/calls.ts";
import { copiedRequest, type Copied, type CopiedRequest } from "./copied-request.ts";
import { asCurl } from "./curl.ts";
import { asFetch } from "./fetch-program.ts";
import { asOpenAiSdk } from "./openai-sdk.ts";
import { asHttpx, asRequests } from "./python-programs.ts";

export interface CopyForm {
  readonly name: string;
  readonly write: (request: CopiedRequest) => Copied<string>;
}

export const copyForms: readonly CopyForm[] = [
  { name: "cURL", write: asCurl },
  { name: "requests", write: asRequests },
  { name: "httpx", write: asHttpx },
  { name: "OpenAI SDK", write: asOpenAiSdk },
  { name: "fetch", write: asFetch },
];

/** The whole program or command; or a sentence why there is none. */
export function copyAs(form: CopyForm, record: CallRecord): Copied<string> {
  const request = copiedRequest(record);
  return request.ok ? form.write(request.value) : request;
}

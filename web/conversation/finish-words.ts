/** Why an answer ended, in words, for every surface's own word for it. Pure. */

const meanings: Readonly<Record<string, string>> = {
  stop: "the model had said what it wanted",
  end_turn: "the model had said what it wanted",
  completed: "the answer is whole",
  stop_sequence: "it came to one of the request's stop sequences",
  length: "it reached the limit of tokens, so the answer is cut",
  max_tokens: "it reached the limit of tokens, so the answer is cut",
  max_output_tokens: "it reached the limit of tokens, so the answer is cut",
  incomplete: "it stopped before the answer was whole",
  tool_calls: "the model waits for the results of the tools that it calls",
  tool_use: "the model waits for the results of the tools that it calls",
  function_call: "the model waits for the result of the function that it calls",
  pause_turn: "it paused; send the answer back to let it go on",
  content_filter: "a filter of the provider cut it off",
  refusal: "the model refused",
  error: "the provider failed on the way",
  failed: "the provider failed on the way",
  cancelled: "it was cancelled",
  in_progress: "it had not ended when the stream did",
};

/** "length: it reached the limit of tokens, so the answer is cut"; a word that nobody knows stands alone. */
export function finishWords(reason: string): string {
  const meaning = Object.hasOwn(meanings, reason) ? meanings[reason] : undefined;
  return meaning === undefined ? reason : `${reason}: ${meaning}`;
}

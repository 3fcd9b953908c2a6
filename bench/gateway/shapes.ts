/** What the measurements of gateways send and get: the same for the upstream, the load and the goals. */
export const chunksPerStream = 200;
/** A paced stream's chunk every so often, ms: about a hundred tokens a second. */
export const paceMs = 10;
/** A thousand events of a kilobyte. */
export const megabyteChunk = Buffer.from(`data: ${"x".repeat(1_000 - 8)}\n\n`.repeat(1_000));
export const path = "/api/v1/chat/completions";
/** Well-formed for every gateway; the upstream does not look. */
export const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;

export interface Asked {
  readonly stream?: boolean;
  readonly pace?: number;
  readonly large?: number;
}

export const bodyOf = (asked: Asked): string =>
  JSON.stringify({
    model: "bench/model",
    messages: [{ role: "user", content: "How fast is it? ".repeat(20) }],
    ...asked,
  });

/** A sentence of ours as text; what stands in backticks (a command to type) is set as code. */
export function Words({ text }: { readonly text: string }) {
  return <>{text.split("`").map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}</>;
}

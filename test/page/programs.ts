/** Small programs that the page's tests type. Those that call OpenRouter use the standard library alone. */

/** Sends one chat completion; `model` is an id, else what the page chose. */
export const asking = (question: string, model?: string): string => `
import json, os, urllib.error, urllib.request
body = {"model": ${model === undefined ? 'os.environ["OPENROUTER_MODEL"]' : JSON.stringify(model)}, "stream": True,
        "messages": [{"role": "user", "content": ${JSON.stringify(question)}}]}
request = urllib.request.Request(
    "https://openrouter.ai/api/v1/chat/completions",
    data=json.dumps(body).encode(),
    headers={"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json"},
)
try:
    with urllib.request.urlopen(request) as reply:
        for line in reply:
            pass
    print("asked", body["model"])
except urllib.error.HTTPError as error:
    print("refused with", error.code)
`;

/** Prints a line, then one more for each line that it reads, and never ends by itself. */
export const echoing = `
print("first line", flush=True)
while True:
    print("echo", input(), flush=True)
`;

export const endless = `
print("round and round", flush=True)
while True:
    pass
`;

"""What urllib makes of refusals: an unknown model, a missing endpoint, a malformed body, an HTML page."""
import json
import os
import urllib.error
import urllib.request


def ask(body):
    request = urllib.request.Request(
        "https://openrouter.ai/api/v1/chat/completions",
        data=body if isinstance(body, bytes) else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}", "Content-Type": "application/json"},
    )
    try:
        urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        kind = error.headers.get_content_type()
        print(error.code, json.loads(text)["error"]["message"] if kind == "application/json" else kind)


messages = [{"role": "user", "content": "Hello"}]
ask({"model": "nobody/nothing", "messages": messages})
ask({"model": "openai/gpt-4o", "messages": messages, "provider": {"only": ["groq"]}})
ask(b'{"model": ')
ask({"model": "simulator/error-502-page", "messages": messages})

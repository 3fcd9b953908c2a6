"""Chat completion over a bare TLS connection, every byte by hand."""
import json
import os
import socket
import ssl

body = json.dumps({
    "model": "openai/gpt-4o-mini",
    "messages": [{"role": "user", "content": "Say pong"}],
}).encode()
request = (
    "POST /api/v1/chat/completions HTTP/1.1\r\n"
    "Host: openrouter.ai\r\n"
    f"Authorization: Bearer {os.environ['OPENROUTER_API_KEY']}\r\n"
    "Content-Type: application/json\r\n"
    f"Content-Length: {len(body)}\r\n"
    "Connection: close\r\n"
    "\r\n"
).encode() + body

context = ssl.create_default_context()
with socket.create_connection(("openrouter.ai", 443)) as plain:
    with context.wrap_socket(plain, server_hostname="openrouter.ai") as connection:
        connection.sendall(request)
        reply = b""
        while True:
            part = connection.recv(65536)
            if not part:
                break
            reply += part
head, _, rest = reply.partition(b"\r\n\r\n")
print(head.split(b"\r\n")[0].decode())
print(json.loads(rest[rest.index(b"{"):rest.rindex(b"}") + 1])["choices"][0]["message"]["content"])

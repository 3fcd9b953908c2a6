"""Streaming over a bare TLS connection: the request in small pieces, the chunks taken apart by hand."""
import json
import os
import socket
import ssl

body = json.dumps({
    "model": "openai/gpt-4o-mini",
    "messages": [{"role": "user", "content": "Count from 1 to 5"}],
    "stream": True,
}).encode()
head = (
    "POST /api/v1/chat/completions HTTP/1.1\r\n"
    "Host: openrouter.ai\r\n"
    f"Authorization: Bearer {os.environ['OPENROUTER_API_KEY']}\r\n"
    "Content-Type: application/json\r\n"
    "Transfer-Encoding: chunked\r\n"
    "\r\n"
).encode()

context = ssl.create_default_context()
with socket.create_connection(("openrouter.ai", 443)) as plain:
    with context.wrap_socket(plain, server_hostname="openrouter.ai") as connection:
        connection.sendall(head)
        for at in range(0, len(body), 10):
            piece = body[at:at + 10]
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        connection.sendall(b"0\r\n\r\n")
        lines = connection.makefile("rb")
        print(lines.readline().decode().strip())
        while lines.readline() != b"\r\n":
            pass
        stream = b""
        while True:
            size = int(lines.readline(), 16)
            stream += lines.read(size)
            lines.readline()
            if size == 0:
                break
text = ""
for line in stream.decode().splitlines():
    if line.startswith("data: ") and line != "data: [DONE]":
        text += json.loads(line[6:])["choices"][0]["delta"]["content"]
print(text)
print("ended with [DONE]:", stream.endswith(b"data: [DONE]\n\n"))

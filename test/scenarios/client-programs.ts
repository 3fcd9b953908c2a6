/** Python that sends one request with a client, for each client that people use; the forms of requests are common to all. */

/**
 * Each defines `send(method, path, body, headers, form)` → (status, reply's bytes). `body` is bytes, or an iterator of them when
 * `form` is "chunked"; with "multipart" it is a file's content to be sent as the field `file`. Connections are kept where the client keeps them.
 * The `openai` and `openrouter` SDKs are not among them: no package index is at hand where the tests run. Both stand on httpx.
 */
export const clients: Readonly<Record<string, string>> = {
  urllib: `
import urllib.request, urllib.error
def send(method, path, body, headers, form):
    if form == "multipart": body, headers = encode_form(body, headers)
    request = urllib.request.Request(base + path, data=body, headers=headers, method=method)
    with urllib.request.urlopen(request) as reply: return reply.status, reply.read()`,
  "http.client": `
import http.client
wire = http.client.HTTPSConnection("openrouter.ai")
def send(method, path, body, headers, form):
    if form == "multipart": body, headers = encode_form(body, headers)
    wire.request(method, "/api/v1/" + path, body, headers, encode_chunked=form == "chunked")
    reply = wire.getresponse()
    return reply.status, reply.read()`,
  requests: `
import requests
session = requests.Session()
def send(method, path, body, headers, form):
    sent = {"files": {"file": ("a.bin", body)}} if form == "multipart" else {"data": body}
    reply = session.request(method, base + path, headers=headers, stream=form == "stream", **sent)
    return reply.status_code, b"".join(reply.iter_content(None))`,
  httpx: `
import httpx
client = httpx.Client(timeout=60)
def send(method, path, body, headers, form):
    sent = {"files": {"file": ("a.bin", body)}} if form == "multipart" else {"content": body}
    with client.stream(method, base + path, headers=headers, **sent) as reply:
        return reply.status_code, b"".join(reply.iter_bytes())`,
  "httpx async": `
import asyncio, httpx
loop = asyncio.new_event_loop()
client = httpx.AsyncClient(timeout=60)
async def later(pieces):
    for piece in pieces: yield piece
async def go(method, path, body, headers, form):
    if form == "chunked": body = later(body)
    sent = {"files": {"file": ("a.bin", body)}} if form == "multipart" else {"content": body}
    async with client.stream(method, base + path, headers=headers, **sent) as reply:
        return reply.status_code, b"".join([piece async for piece in reply.aiter_bytes()])
def send(*request): return loop.run_until_complete(go(*request))`,
  aiohttp: `
import asyncio, aiohttp
loop = asyncio.new_event_loop()
session = None
async def later(pieces):
    for piece in pieces: yield piece
async def go(method, path, body, headers, form):
    global session
    session = session or aiohttp.ClientSession()
    if form == "chunked": body = later(body)
    if form == "multipart":
        data = aiohttp.FormData()
        data.add_field("file", body, filename="a.bin")
        body = data
    async with session.request(method, base + path, headers=headers, data=body) as reply:
        return reply.status, await reply.read()
def send(*request): return loop.run_until_complete(go(*request))
import atexit
atexit.register(lambda: loop.run_until_complete(session.close()))`,
  curl: `
import subprocess
def send(method, path, body, headers, form):
    options = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    if form == "multipart": options += ["-F", "file=@-;filename=a.bin"]
    elif body is not None: options += ["--data-binary", "@-"]
    if form == "chunked": options += ["-H", "Transfer-Encoding: chunked"]
    if method == "HEAD": options += ["-I", "-o", "/dev/null"]
    else: options += ["-X", method]
    sent = b"".join(body) if form == "chunked" else body
    done = subprocess.run(["curl", "-sSN", "-w", "%{stderr}%{http_code}", *options, base + path], input=sent, capture_output=True, check=True)
    return int(done.stderr), done.stdout`,
  "ssl by hand": `
import socket, ssl
context = ssl.create_default_context()
def send(method, path, body, headers, form):
    if form == "multipart": body, headers = encode_form(body, headers)
    if form == "chunked":
        headers = {**headers, "Transfer-Encoding": "chunked"}
        body = b"".join(b"%x\\r\\n%b\\r\\n" % (len(piece), piece) for piece in body) + b"0\\r\\n\\r\\n"
    elif body is not None: headers = {**headers, "Content-Length": len(body)}
    lines = [f"{method} /api/v1/{path} HTTP/1.1", "Host: openrouter.ai", "Connection: close", *(f"{k}: {v}" for k, v in headers.items())]
    with socket.create_connection(("openrouter.ai", 443)) as plain, context.wrap_socket(plain, server_hostname="openrouter.ai") as wire:
        wire.sendall("\\r\\n".join(lines).encode() + b"\\r\\n\\r\\n" + (body or b""))
        reply = b"".join(iter(lambda: wire.recv(1 << 20), b""))
    head, _, rest = reply.partition(b"\\r\\n\\r\\n")
    if b"transfer-encoding: chunked" in head.lower():
        pieces, at = [], 0
        while True:
            line = rest.index(b"\\r\\n", at)
            size = int(rest[at:line], 16)
            if size == 0: break
            pieces.append(rest[line + 2:line + 2 + size])
            at = line + 4 + size
        rest = b"".join(pieces)
    return int(head.split()[1]), rest`,
};

/** Sends every form and prints a line of each: form, status, digest of what was sent, digest of what came. */
export const everyForm = (client: string): string => `
import hashlib, os, random, sys
base = "https://openrouter.ai/api/v1/"
auth = {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"]}
def encode_form(content, headers):
    mark = "----------------------------abc123"
    head = f'--{mark}\\r\\nContent-Disposition: form-data; name="file"; filename="a.bin"\\r\\nContent-Type: application/octet-stream\\r\\n\\r\\n'
    return head.encode() + content + f"\\r\\n--{mark}--\\r\\n".encode(), {**headers, "Content-Type": "multipart/form-data; boundary=" + mark}
digest = lambda content: hashlib.sha256(content).hexdigest()[:16]
${client}
noise = random.Random(7).randbytes
json_type = {"Content-Type": "application/json"}
small, large, file = '{"model": "m", "say": "grüße"}'.encode(), noise(24 << 20), noise(3 << 20)
pieces = [noise(n) for n in (1, 70_000, 3, 1 << 20)]
forms = [
    ("plain", "POST", "chat/completions?reply=plain", small, json_type, small),
    ("stream", "POST", "chat/completions?reply=stream", small, json_type, small),
    ("large", "POST", "embeddings?reply=large", large, {"Content-Type": "application/octet-stream"}, large),
    ("chunked", "POST", "messages?reply=plain", iter(pieces), {"Content-Type": "application/octet-stream"}, b"".join(pieces)),
    ("multipart", "POST", "audio/transcriptions?reply=plain", file, {}, file),
    ("coded", "GET", "models?reply=coded", None, {"Accept-Encoding": "identity"}, b""),
    ("head", "HEAD", "models?reply=plain", None, {}, b""),
    ("options", "OPTIONS", "chat/completions?reply=empty", None, {}, b""),
    ("refused", "GET", "nowhere?reply=plain", None, {}, b""),
    ("again", "POST", "chat/completions?reply=plain", small, json_type, small),
]
for form, method, path, body, headers, sent in forms:
    try: status, came = send(method, path, body, {**auth, **headers}, form)
    except Exception as error:
        status, came = getattr(error, "code", error), b"" if not hasattr(error, "read") else error.read()
    print(form, status, digest(sent), digest(came) if form != "refused" else len(came) > 50, flush=True)
`;

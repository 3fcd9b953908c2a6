"""Runs programs with bare Python, each in an empty directory, and says what came out: what the sandbox is compared with.

Input: a JSON list of orders on standard input. Output: the outcomes, in the same order, as one JSON list. Standard streams
are pipes, as in the sandbox (Node would give sockets). Directories' names are put back to those of the sandbox.
"""

import base64
import concurrent.futures
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

AT_ONCE = 2
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


def environment(directory):
    """As server/sandbox/bwrap-arguments.ts sets it, with places of our own."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": f"{directory}/project",
        "PWD": f"{directory}/project",
        "TMPDIR": f"{directory}/tmp",
        "USER": "user",
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "PYTHONUNBUFFERED": "1",
        "SSL_CERT_FILE": BUNDLE,
        "REQUESTS_CA_BUNDLE": BUNDLE,
        "CURL_CA_BUNDLE": BUNDLE,
    }


def run(order):
    with tempfile.TemporaryDirectory(prefix="bare-") as directory:
        for name in ("project", "tmp"):
            os.mkdir(f"{directory}/{name}")
        for path, content in order["files"].items():
            place = pathlib.Path(directory, "project", path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(base64.b64decode(content))
        ran = subprocess.run(
            ["/usr/bin/python3", f"{directory}/project/main.py", *order["args"]],
            cwd=f"{directory}/project",
            env=environment(directory),
            input=base64.b64decode(order["input"]),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if order["merged"] else subprocess.PIPE,
            start_new_session=True,
            umask=0o022,
        )

        def text(output):
            here = directory.encode()
            plain = (output or b"").replace(here + b"/project", b"/project").replace(here + b"/tmp", b"/tmp")
            return base64.b64encode(plain).decode()

        code = ran.returncode
        return {
            "exitCode": code if code >= 0 else None,
            "signal": signal.Signals(-code).name if code < 0 else None,
            "stdout": text(ran.stdout),
            "stderr": text(ran.stderr),
        }


def main():
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        json.dump(list(pool.map(run, json.load(sys.stdin))), sys.stdout)


main()

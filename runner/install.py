"""Makes one Python environment, inside a sandbox of its own: a virtual environment, and the packages that were asked for.

Runs under the interpreter that the environment is for. Arguments: the environment's directory, the index's address ("" to
install nothing), the largest size in bytes, then the requirements. It may write that directory and nothing else of the host;
127.0.0.1:443 is the server's way to the index. Standard output: one line of JSON per report (server/environments/reports.ts);
standard error: what pip writes.
"""

import glob
import importlib.metadata
import json
import os
import subprocess
import sys
import sysconfig
import threading
import venv

AUTHORITY = "/project/authority.pem"
PROXY = "http://127.0.0.1:443"
# A look at a large environment takes some 100 ms.
LOOK_S = 1.0
TOO_LARGE, NO_PIP = 81, 82


def report(**what):
    os.write(1, json.dumps(what).encode() + b"\n")


def main():
    directory, index, most_bytes, *requirements = sys.argv[1:]
    scratch = os.path.join(directory, ".scratch")
    venv.EnvBuilder(with_pip=False, symlinks=True).create(directory)
    python = os.path.join(directory, "bin", "python3")
    if requirements:
        os.mkdir(scratch)
        code = install(python, index, requirements, directory, int(most_bytes), scratch)
        if code != 0:
            sys.exit(code)
    purelib = sysconfig.get_path("purelib", "posix_prefix", vars={"base": directory, "platbase": directory})
    packages = {}
    for found in importlib.metadata.distributions(path=[purelib]):
        packages[found.metadata["Name"]] = found.version
    remove_scratch(scratch)
    size = make_readable(directory)
    if size > int(most_bytes):
        report(trouble="too-large")
        sys.exit(TOO_LARGE)
    names = [{"name": name, "version": packages[name]} for name in sorted(packages, key=str.lower)]
    report(packages=names, modules=modules_in(purelib), bytes=size)


def install(python, index, requirements, directory, most_bytes, scratch):
    wheel = pip_wheel()
    if wheel is None:
        report(trouble="no-pip")
        return NO_PIP
    # Nothing is compiled on this machine: a source package's build would be code of a stranger's that runs.
    options = [
        "install",
        "--isolated",
        "--no-input",
        "--disable-pip-version-check",
        "--no-cache-dir",
        "--no-warn-script-location",
        "--progress-bar=off",
        "--only-binary=:all:",
        "--retries=1",
        "--timeout=60",
        "--index-url=" + index,
        "--proxy=" + PROXY,
        "--cert=" + AUTHORITY,
        "--",
    ]
    start = "import sys; sys.path.insert(0, sys.argv.pop(1)); from pip._internal.cli.main import main; sys.exit(main())"
    pip = subprocess.Popen(
        [python, "-I", "-c", start, wheel, *options, *requirements],
        stdin=subprocess.DEVNULL,
        stdout=2,
        # pip's library for requests prefers the variable to --cert.
        env={**os.environ, "TMPDIR": scratch, "REQUESTS_CA_BUNDLE": AUTHORITY},
    )
    ended = threading.Event()
    is_too_large = False

    def watch():
        nonlocal is_too_large
        while not ended.wait(LOOK_S):
            if size_of(directory) > most_bytes:
                is_too_large = True
                pip.kill()
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = pip.wait()
    ended.set()
    watcher.join()
    if is_too_large:
        report(trouble="too-large")
        return TOO_LARGE
    return code


def pip_wheel():
    """The newest pip that came with an interpreter or with the system, as the wheel that it is installed from."""
    places = [os.path.join(os.path.dirname(os.__file__), "ensurepip", "_bundled"), "/usr/share/python-wheels"]
    found = [wheel for place in places for wheel in glob.glob(os.path.join(place, "pip-*.whl"))]

    def version(wheel):
        return [int(part) for part in os.path.basename(wheel).split("-")[1].split(".") if part.isdigit()]

    return max(found, key=version, default=None)


def modules_in(purelib):
    """What can be imported from there by name, without importing it."""
    modules = set()
    for entry in os.scandir(purelib):
        name = entry.name.partition(".")[0]
        is_file = entry.name.endswith((".py", ".so"))
        if name.isidentifier() and (is_file or (entry.is_dir() and "." not in entry.name)):
            modules.add(name)
    return sorted(modules - {"__pycache__"})


def size_of(directory):
    """Bytes on the disk; what goes away meanwhile counts as nothing."""
    total = 0
    for place, _, names in os.walk(directory):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_blocks * 512
            except FileNotFoundError:
                continue
    return total


def make_readable(directory):
    """Programs run as other users than this one. Returns the size in bytes."""
    total = 0
    for place, folders, names in os.walk(directory):
        for name in folders + names:
            path = os.path.join(place, name)
            found = os.lstat(path)
            total += found.st_blocks * 512
            if not os.path.islink(path):
                os.chmod(path, (found.st_mode | 0o444 | (0o111 if found.st_mode & 0o100 else 0)) & 0o755)
    os.chmod(directory, 0o755)
    return total


def remove_scratch(scratch):
    import shutil

    if os.path.isdir(scratch):
        shutil.rmtree(scratch)


main()

"""Says in words that a host can't be reached from a sandbox by intent, and what would open it, where Python would only tell of a failure.

Every program's own client comes by Python's audit events, whichever it is. What fails here fails
without it, too, with the same error number: no name is known but those of /etc/hosts, and there is no way but the loopback. Child
processes that are no forks, and a name given straight to `connect` or `gethostbyname` before any was looked up, get the C library's own words.
"""

import errno
import sys

import late
from _functools import partial
from splice import splice

_NO_ANSWER_NOW = -3  # EAI_AGAIN, as without a name server
_HOSTS = "/etc/hosts"


def explain():
    """In the zygote, for its forks. The hook costs each of Python's own events a little, so it is the first name that is looked up
    that adds it."""
    with open(_HOSTS, encoding="utf-8") as file:
        known = {name for line in file for name in line.split()[1:]}
    add = partial(next, map(sys.addaudithook, iter([partial(_only_opened_hosts, known)])), None)
    socket = sys.modules.get("socket")
    if socket is None:
        late.when_loaded(frozenset(("socket",)), frozenset(), (add,))
    elif not splice(socket.getaddrinfo, bool, add, ()):
        add()


def _only_opened_hosts(known, event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
        if isinstance(host, (bytes, bytearray)):
            host = host.decode("utf-8", "replace")
        if not isinstance(host, str) or not host or ":" in host or _is_numeric(host):
            return
        if host.lower().rstrip(".") not in known and "_socket" in sys.modules:
            raise sys.modules["_socket"].gaierror(_NO_ANSWER_NOW, _words(host))
    elif event == "socket.connect":
        place = arguments[1]
        host = place[0] if type(place) is tuple and place else ""
        if isinstance(host, str) and host.count(".") == 3 and _is_numeric(host) and not host.startswith(("127.", "0.")):
            raise OSError(errno.ENETUNREACH, _words(host))


def _is_numeric(host):
    """The last part of a name never begins with a digit."""
    return all(part[:1].isdigit() for part in host.split("."))


def _words(host):
    return (
        f"{host[:253]} can't be reached from here: programs reach openrouter.ai only, and hosts that are opened by name, under "
        "'What programs may reach' in the page's menu or with --allow-host"
    )

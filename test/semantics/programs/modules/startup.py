# What stands in the way of start-up (sitecustomize, usercustomize) is the system's own, and says so.
import sys

for name in ("sitecustomize", "usercustomize"):
    found = sys.modules.get(name)
    print(name, found and found.__file__)
import site

print(site.ENABLE_USER_SITE, site.getsitepackages(), site.PREFIXES)
import sitecustomize

print(sitecustomize.__file__, sorted(name for name in vars(sitecustomize) if not name.startswith("__")))

# Which descriptors are open, and which of them a child inherits.
import json
import os

found = []
for name in os.listdir("/proc/self/fd"):
    try:
        found.append([int(name), os.get_inheritable(int(name))])
    except OSError:
        pass  # that of the listing itself
print(json.dumps(sorted(found)))

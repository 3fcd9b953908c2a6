# What it may use at most; -1 is no limit.
import json
import resource

names = ("AS", "DATA", "NPROC", "FSIZE", "NOFILE", "CORE", "MEMLOCK", "SIGPENDING", "MSGQUEUE", "STACK")
print(json.dumps({name: resource.getrlimit(getattr(resource, "RLIMIT_" + name)) for name in names}))

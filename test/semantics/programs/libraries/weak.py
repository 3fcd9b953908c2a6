# Weak references, finalizers, context variables and identity of small objects.
import contextvars
import sys
import weakref


class Thing:
    pass


thing = Thing()
weakref.finalize(thing, print, "finalized")
table = weakref.WeakValueDictionary(a=thing)
variable = contextvars.ContextVar("variable", default="default")
print(variable.get(), list(contextvars.copy_context()), len(table))
del thing
print(len(table), sys.intern("abc") is sys.intern("abc"))
other = Thing()
weakref.finalize(other, print, "finalized at exit").atexit = True
quiet = weakref.finalize(other, print, "never")
quiet.atexit = False

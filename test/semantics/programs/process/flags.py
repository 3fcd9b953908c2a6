# No switch of the interpreter is set that the program did not ask for.
import sys

print(sys.flags)
print(sys.warnoptions, sys._xoptions, sys.dont_write_bytecode, sys.pycache_prefix, sys.float_repr_style)
print(sys.getswitchinterval(), sys.get_int_max_str_digits(), sys.getdlopenflags(), sys.flags.safe_path)
print(sys.implementation.cache_tag, sys.version, sys.api_version)

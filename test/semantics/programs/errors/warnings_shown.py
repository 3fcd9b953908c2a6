# Warnings go to standard error with file, line and source, once each.
import warnings


def old():
    warnings.warn("use new()", DeprecationWarning, stacklevel=2)


for _ in range(3):
    old()
warnings.warn("general")
warnings.warn("hidden", PendingDeprecationWarning)
print(warnings.filters)
warnings.simplefilter("error")
warnings.warn("now an error")

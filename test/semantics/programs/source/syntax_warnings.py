# What the compiler warns of, it warns of once and at its line.
value = "\d"
if value is "x":
    pass
assert (value, "always true")
print("ran")

# The last line needs no end.
print("last")
# A string without an end.
print('never)

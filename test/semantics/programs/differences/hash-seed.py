# The seed of the hashes of text, and where objects lie.
print(hash("x"), id(None))

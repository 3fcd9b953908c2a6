# A byte order mark at the file's start is no part of it.
print("ünï", __file__)
1 / 0

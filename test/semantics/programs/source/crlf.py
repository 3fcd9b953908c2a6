# Lines may end as they do on Windows.
print("one")
text = """two
three"""
print(repr(text))
1 / 0

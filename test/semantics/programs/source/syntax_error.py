# A syntax error is shown with its line and its place.
print("never")
values = [1, 2
print(values)

# A group of exceptions is drawn with its frames, notes and nested groups.
def fail(error):
    raise error


errors = []
for error in (ValueError("one"), TypeError("two")):
    try:
        fail(error)
    except Exception as caught:
        caught.add_note("seen")
        errors.append(caught)
try:
    raise ExceptionGroup("inner", errors)
except* ValueError as group:
    print(group.exceptions)
    raise ExceptionGroup("outer", [group, OSError(2, "no such")])

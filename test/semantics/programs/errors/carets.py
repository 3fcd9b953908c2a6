# Carets point at the part of an expression that failed, over several lines too.
data = {"a": [{"b": None}]}


def call(*arguments, **named):
    return (
        arguments[0]["a"][0]["b"]
        ["c"]
    )


print(
    "sum:",
    1 + 2 * call(
        data,
        name="x",
    ) + 3,
)

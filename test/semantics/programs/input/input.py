# input() with prompts, the end of input, and its error.
print(input("name: "))
print(repr(input()))
try:
    while True:
        print("got", input("> "))
except EOFError as error:
    print(repr(error))
input("again: ")

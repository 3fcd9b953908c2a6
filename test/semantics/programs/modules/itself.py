# A program may import itself, as a second module.
print("running as", __name__)
if __name__ == "__main__":
    import main

    print(main.__name__, main.__file__, main is __import__("sys").modules["__main__"])

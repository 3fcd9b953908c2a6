# A traceback through functions, comprehensions, lambdas and classes.
class Account:
    def pay(self, amount):
        return [self.check(part) for part in amount]

    def check(self, part):
        return (lambda value: 10 / value)(part)


def outer():
    return Account().pay([1, 2, 0])


outer()

# unittest's own output, order and exit code.
import sys
import unittest


class Case(unittest.TestCase):
    def test_passes(self):
        self.assertEqual(1, 1)

    def test_fails(self):
        self.assertEqual([1, 2], [1, 3])

    @unittest.skip("why not")
    def test_skipped(self):
        pass


class Steady(unittest.TextTestRunner):
    def run(self, test):
        sys.stderr = sys.stdout
        return super().run(test)


suite = unittest.defaultTestLoader.loadTestsFromTestCase(Case)
result = unittest.TestResult()
suite.run(result)
print(result, result.failures[0][1], result.skipped[0][1])
print(unittest.main(exit=False, argv=["x", "Case.test_passes"], testRunner=lambda **_: None) if False else "")
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--number", type=int, required=True)
parser.parse_args(["--number", "x"])

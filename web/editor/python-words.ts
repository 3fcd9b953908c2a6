/** Python's own words, for colours and completion. Python 3.13, docs.python.org/3/reference/lexical_analysis.html and library/functions.html. */

export const keywords = (
  "and as assert async await break case class continue def del elif else except finally for from global if import in " +
  "is lambda match nonlocal not or pass raise return try type while with yield"
).split(" ");

export const constants = ["True", "False", "None", "NotImplemented", "Ellipsis", "__debug__"];

export const builtins = (
  "abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex delattr dict " +
  "dir divmod enumerate eval exec filter float format frozenset getattr globals hasattr hash help hex id input int " +
  "isinstance issubclass iter len list locals map max memoryview min next object oct open ord pow print property range " +
  "repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip __import__"
).split(" ");

export const exceptions = (
  "ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BrokenPipeError ConnectionError " +
  "EOFError Exception ExceptionGroup FileExistsError FileNotFoundError GeneratorExit ImportError IndentationError " +
  "IndexError InterruptedError KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError " +
  "NotImplementedError OSError OverflowError PermissionError RecursionError RuntimeError StopAsyncIteration " +
  "StopIteration SyntaxError SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError " +
  "UnicodeDecodeError UnicodeEncodeError UnicodeError ValueError Warning ZeroDivisionError"
).split(" ");

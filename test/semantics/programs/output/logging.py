# Logging with its defaults, to both streams.
import logging
import sys

logging.debug("hidden")
logging.error("root")
logger = logging.getLogger("own.part")
handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(lineno)d %(funcName)s %(message)s"))
logger.addHandler(handler)
logger.propagate = False
logger.setLevel("DEBUG")
logger.debug("detail %s", {"a": 1})
try:
    1 / 0
except ZeroDivisionError:
    logger.exception("failed")
logging.getLogger("other").warning("to the root")
print(logging.getLogger().handlers, sorted(logging.Logger.manager.loggerDict))

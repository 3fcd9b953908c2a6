# Everything that is drawn by chance: it must differ from run to run.
import json
import os
import random
import secrets
import ssl
import tempfile
import uuid

import numpy

print(
    json.dumps(
        {
            "random.random": random.random(),
            "random.Random()": random.Random().random(),
            "random.SystemRandom": random.SystemRandom().random(),
            "uuid4": str(uuid.uuid4()),
            "uuid1": str(uuid.uuid1()),
            "secrets": secrets.token_hex(),
            "os.urandom": os.urandom(8).hex(),
            "ssl.RAND_bytes": ssl.RAND_bytes(8).hex(),
            "numpy.random.rand": numpy.random.rand(),
            "numpy.random.default_rng": numpy.random.default_rng().random(),
            "numpy.random.RandomState": numpy.random.RandomState().rand(),
            "tempfile": tempfile.mktemp(),
            "child of fork": os.popen("python3 -c 'import random; print(random.random())'").read(),
        }
    )
)

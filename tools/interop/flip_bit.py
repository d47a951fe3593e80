"""Change one bit in the middle of a file, so that a check can show that it notices: `flip_bit.py FILE`."""

import sys
from pathlib import Path

path = Path(sys.argv[1])
data = bytearray(path.read_bytes())
data[len(data) // 2] ^= 1
path.write_bytes(data)

"""What every process of a peer's training does and says: it trains for a while, and tells in a line of JSON how far it
came, by the machine's own clock."""
import json
import time

BATCH = 128
INPUTS = 96 * 64
HIDDEN = [1000, 1000, 1000]
CLASSES = 3087


def measure(step, seconds, warm_up):
    """Does steps for a while, first some that do not count, and prints from when to when it did how many examples."""
    end = time.monotonic() + warm_up
    while time.monotonic() < end:
        step()
    begin, steps = time.monotonic(), 0
    while time.monotonic() < begin + seconds:
        step()
        steps += 1
    tell(begin, steps)


def tell(begin, steps):
    print(json.dumps({"begin": begin, "end": time.monotonic(), "examples": steps * BATCH}), flush=True)

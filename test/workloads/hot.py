"""One hot function in Python: run with -X perf for its name."""
import sys
import time


def hot_loop():
    total = 0
    for i in range(300_000):
        total = (total + i * i) % 1000003
    return total


end = time.time() + float(sys.argv[1])
while time.time() < end:
    hot_loop()

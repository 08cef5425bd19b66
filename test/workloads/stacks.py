# Interpreted functions, C functions that call back, libraries: usage: stacks.py SECONDS
import hashlib
import json
import sys
import time


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def sort_with_key():
    return sorted([(i * 7919) % 10007 for i in range(5000)], key=lambda number: -number)[0]


def through_json():
    return json.loads(json.dumps({str(i): [i, i * 2] for i in range(500)}))["5"][0]


class Sums:
    def squares(self, n):
        return sum(x * x for x in range(n))


def main():
    end = time.time() + float(sys.argv[1] if len(sys.argv) > 1 else 2)
    while time.time() < end:
        fib(15)
        sort_with_key()
        through_json()
        Sums().squares(3000)
        hashlib.sha256(b"x" * 100000).hexdigest()


main()

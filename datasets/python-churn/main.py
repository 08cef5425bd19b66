"""Makes and drops a bytearray of 8 MiB."""
import os, sys, time
LENGTH, DIR = float(os.environ['LENGTH']), os.environ['DIR']
CAUSE, STRENGTH = os.environ['CAUSE'] == '1', float(os.environ.get('STRENGTH', '1'))
END = time.monotonic() + LENGTH
done = 0
kept = bytearray(int(STRENGTH) << 20)
while time.monotonic() < END:
    if CAUSE:
        block = bytearray(int(STRENGTH) << 20)
        del block
    else:
        kept[0:4096] = bytes(4096)
    done += 1
print('done', done)

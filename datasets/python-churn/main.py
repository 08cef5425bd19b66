"""Makes and drops a bytearray of 8 MiB."""
import os, sys, time
LENGTH, DIR = float(os.environ['LENGTH']), os.environ['DIR']
CAUSE, STRENGTH = os.environ['CAUSE'] == '1', float(os.environ.get('STRENGTH', '1'))
END = time.monotonic() + LENGTH
done = 0
import mmap
size = int(STRENGTH) << 20
touched = bytes(size // 4096)
kept = mmap.mmap(-1, size)
while time.monotonic() < END:
    if CAUSE:
        with mmap.mmap(-1, size) as block:
            block[::4096] = touched
    else:
        kept[::4096] = touched
    done += 1
print('done', done)

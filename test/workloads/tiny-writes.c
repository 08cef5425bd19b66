// io.small-ops: `put` writes a file byte by byte.
#include "workload.h"

static int fd;

__attribute__((noinline)) void put(long at) {
  char byte = 'x';
  count_operations(1);
  if (strikes() && pwrite(fd, &byte, 1, at % (1 << 20)) != 1) exit(1);
}

int main(int argc, char **argv) {
  begin(argc, argv);
  fd = open_scratch();
  for (long at = 0; at % 1024 != 0 || running(); at++) put(at);
  return 0;
}

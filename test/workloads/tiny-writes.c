// io.small-ops: `put` writes a file byte by byte.
#include "workload.h"

static int fd;

__attribute__((noinline)) void put(long at) {
  static char bytes[4096];
  long size = strength > 0 ? strength : 1;
  work_done += size;
  if (!cause && work_done / size % 4096 != 0) return;
  if (!cause) size = sizeof bytes;
  if (pwrite(fd, bytes, (size_t)size, at * size % (1 << 20)) != size) exit(1);
}

int main(int argc, char **argv) {
  begin(argc, argv);
  fd = open_scratch();
  for (long at = 0; at % 1024 != 0 || running(); at++) put(at);
  return 0;
}

// io.fsync: `append` writes a record and calls fsync, one after the other.
#include "workload.h"

static int fd;

__attribute__((noinline)) void append(void) {
  char record[128] = {0};
  if (write(fd, record, sizeof record) < 0) exit(1);
  if (cause && ++work_done % (strength > 0 ? strength : 1) == 0 && fsync(fd) < 0) exit(1);
  if (!cause) work_done++;
}

int main(int argc, char **argv) {
  begin(argc, argv);
  fd = open_scratch();
  while (running()) append();
  return 0;
}

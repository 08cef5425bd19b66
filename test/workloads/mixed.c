// cpu.hot-function and io.fsync: a thread computes a record in `encode` for about as long as `append` takes to make it durable;
// AUTOTUNE_CAUSE is of encode. argv[3] threads do so, each with a file of its own.
#include "workload.h"

__attribute__((noinline)) void encode(void) { burn(4000000 * cause); }
__attribute__((noinline)) void frame(void) { burn(1000000); }

__attribute__((noinline)) void append(int fd) {
  char record[128] = {0};
  if (pwrite(fd, record, sizeof record, 0) < 0 || fsync(fd) < 0) exit(1);
}

static void *worker(void *unused) {
  (void)unused;
  int fd = open_scratch();
  while (running()) {
    encode();
    frame();
    append(fd);
    count_operations(1);
  }
  return NULL;
}

int main(int argc, char **argv) {
  begin(argc, argv);
  run_threads(argc > 3 ? atoi(argv[3]) : 1, worker);
  return 0;
}

// mem.fault-minor: `churn` gets 4 MiB that are mapped anew each time, touches every page once and gives them back.
#include "workload.h"
#include <malloc.h>

#define SIZE (4L << 20)

__attribute__((noinline)) void churn(void) {
  static char *kept;
  int fresh = strikes();
  if (!kept && !fresh) kept = malloc(SIZE);
  char *block = fresh ? malloc(SIZE) : kept;
  for (long at = 0; at < SIZE; at += 4096) ((volatile char *)block)[at] = 1;
  if (fresh) free(block);
  count_operations(1);
}

int main(int argc, char **argv) {
  begin(argc, argv);
  // glibc raises the threshold after the first free, unless it was set
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  while (running()) churn();
  return 0;
}

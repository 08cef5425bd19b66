// mem.fault-minor: `churn` gets 4 MiB that are mapped anew each time, touches every page once and gives them back.
#include "workload.h"
#include <malloc.h>

#define SIZE (strength > 0 ? strength << 10 : 4L << 20)

__attribute__((noinline)) void churn(void) {
  char *block = malloc(SIZE);
  for (long at = 0; at < SIZE; at += 4096) ((volatile char *)block)[at] = 1;
  free(block);
  work_done++;
}

int main(int argc, char **argv) {
  begin(argc, argv);
  // glibc raises the threshold after the first free, unless it was set
  mallopt(M_MMAP_THRESHOLD, cause ? 1 << 20 : 1 << 30);
  if (!cause) mallopt(M_TRIM_THRESHOLD, 1 << 30);
  while (running()) churn();
  return 0;
}

// lock.kernel: four threads map, touch and unmap memory of one address space: they queue for its mmap_lock.
#include "workload.h"
#include <sys/mman.h>

__attribute__((noinline)) void map_and_touch(long size) {
  static _Thread_local volatile char *kept;
  volatile char *block = kept != NULL ? kept : mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) exit(1);
  for (long at = 0; at < size; at += 4096) block[at] = 1;
  if (!cause) kept = block;
  else munmap((void *)block, (size_t)size);
}

static void *worker(void *unused) {
  (void)unused;
  while (running()) {
    map_and_touch(strength > 0 ? strength << 10 : 64 << 10);
    work_done++;
  }
  return NULL;
}

int main(int argc, char **argv) {
  begin(argc, argv);
  run_threads(8, worker);
  return 0;
}

// lock.kernel: eight threads map, touch and unmap memory of one address space: they queue for its mmap_lock. Without the cause they are processes.
#include "workload.h"
#include <sys/mman.h>

__attribute__((noinline)) void map_and_touch(long size) {
  volatile char *block = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) exit(1);
  for (long at = 0; at < size; at += 4096) block[at] = 1;
  munmap((void *)block, (size_t)size);
}

static void *worker(void *unused) {
  (void)unused;
  while (running()) {
    map_and_touch(strength > 0 ? strength << 10 : 64 << 10);
    work_done++;
  }
  return NULL;
}

static void run_processes(int count) {
  _Atomic long *done = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (done == MAP_FAILED) exit(1);
  for (int index = 0; index < count; index++) {
    if (fork() != 0) continue;
    worker(NULL);
    *done += work_done;
    _exit(0);
  }
  while (wait(NULL) > 0) continue;
  work_done = *done;
}

int main(int argc, char **argv) {
  begin(argc, argv);
  if (cause) run_threads(8, worker);
  else run_processes(8);
  return 0;
}

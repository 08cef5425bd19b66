// mem.fault-major: `walk` touches pages of a mapped file that are not in memory, in no order; they are thrown out again each round.
#include "workload.h"
#include <sys/mman.h>

#define PAGES 16384L

__attribute__((noinline)) void walk(const char *file, unsigned *seed) {
  for (long i = 0; i < PAGES && running(); i++, work_done++) {
    sink += (uint64_t)file[(rand_r(seed) % PAGES) * 4096];
    if (strength > 0) burn((uint64_t)strength);
  }
}

int main(int argc, char **argv) {
  begin(argc, argv);
  int fd = open_scratch();
  char page[4096];
  memset(page, 7, sizeof page);
  for (long i = 0; i < PAGES; i++)
    if (write(fd, page, sizeof page) != sizeof page) return 1;
  fsync(fd);
  unsigned seed = 1;
  while (running()) {
    if (cause) posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    char *file = mmap(NULL, PAGES * 4096, PROT_READ, MAP_SHARED, fd, 0);
    if (file == MAP_FAILED) return 1;
    madvise(file, PAGES * 4096, MADV_RANDOM);
    walk(file, &seed);
    munmap(file, PAGES * 4096);
  }
  return 0;
}

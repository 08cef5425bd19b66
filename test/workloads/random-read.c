// io.read-latency: `read_record` reads 4 KiB at a random place of a file, past the page cache, one after the other.
#include "workload.h"

#define RECORDS 16384L
static int fd;
static char *record;

__attribute__((noinline)) void read_record(unsigned *seed) {
  if (pread(fd, record, 4096, (rand_r(seed) % RECORDS) * 4096) != 4096) exit(1);
}

int main(int argc, char **argv) {
  begin(argc, argv);
  fd = open_scratch();
  if (posix_memalign((void **)&record, 4096, 4096) != 0) return 1;
  memset(record, 7, 4096);
  for (long i = 0; i < RECORDS; i++)
    if (write(fd, record, 4096) != 4096) return 1;
  fsync(fd);
  if (cause && fcntl(fd, F_SETFL, O_DIRECT) < 0) return 1;
  for (unsigned seed = 1; running(); work_done++) {
    read_record(&seed);
    burn(strength > 0 ? (uint64_t)strength : 0);
  }
  return 0;
}

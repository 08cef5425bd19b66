// lock.held-during-io: four threads queue for a mutex whose holder writes 64 KiB and calls fsync in `commit_locked`.
#include "workload.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int fd;

__attribute__((noinline)) void commit_locked(void) {
  static char block[64 << 10];
  static long turn;
  if (pwrite(fd, block, sizeof block, turn++ % 32 * (long)sizeof block) < 0 || (cause && fsync(fd) < 0)) exit(1);
}

static void *worker(void *unused) {
  (void)unused;
  while (running()) {
    pthread_mutex_lock(&mutex);
    commit_locked();
    pthread_mutex_unlock(&mutex);
    if (!cause && fsync(fd) < 0) exit(1);
    burn(20000);
    work_done++;
  }
  return NULL;
}

int main(int argc, char **argv) {
  begin(argc, argv);
  fd = open_scratch();
  run_threads(strength > 0 ? (int)strength : 4, worker);
  return 0;
}

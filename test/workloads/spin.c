// cpu.spin: two threads share a spin lock that is held for most of the time; whoever does not have it burns its CPU in pthread_spin_lock.
#include "workload.h"

static struct {
  pthread_spinlock_t lock;
  char apart[124];
} locks[2];

__attribute__((noinline)) void compute_locked(void) { burn(1000000); }

static void *worker(void *index) {
  pthread_spinlock_t *lock = &locks[cause ? 0 : (long)index].lock;
  while (running()) {
    pthread_spin_lock(lock);
    compute_locked();
    pthread_spin_unlock(lock);
    burn(strength > 0 ? (uint64_t)strength : 10000);
    work_done++;
  }
  return NULL;
}

int main(int argc, char **argv) {
  begin(argc, argv);
  for (int i = 0; i < 2; i++) pthread_spin_init(&locks[i].lock, PTHREAD_PROCESS_PRIVATE);
  run_threads(2, worker);
  return 0;
}

// cpu.spin: two threads share a spin lock that is held for most of the time; whoever does not have it burns its CPU in pthread_spin_lock.
#include "workload.h"

static pthread_spinlock_t lock;

__attribute__((noinline)) void compute_locked(void) { burn(1000000); }

static void *worker(void *unused) {
  (void)unused;
  while (running()) {
    pthread_spin_lock(&lock);
    compute_locked();
    pthread_spin_unlock(&lock);
    burn(10000);
  }
  return NULL;
}

int main(int argc, char **argv) {
  begin(argc, argv);
  pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
  run_threads(2, worker);
  return 0;
}

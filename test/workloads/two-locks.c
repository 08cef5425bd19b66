// lock.futex: three threads queue for a mutex that is held while `compute_a` computes, and for another held a third as long; each
// computes beside them too.
#include "workload.h"

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;

__attribute__((noinline)) void compute_a(void) { burn(600000 * cause); }
__attribute__((noinline)) void compute_b(void) { burn(200000); }
__attribute__((noinline)) void compute_beside(void) { burn(300000); }

static void *worker(void *unused) {
  (void)unused;
  while (running()) {
    pthread_mutex_lock(&a);
    compute_a();
    pthread_mutex_unlock(&a);
    compute_beside();
    pthread_mutex_lock(&b);
    compute_b();
    pthread_mutex_unlock(&b);
    count_operations(1);
  }
  return NULL;
}

int main(int argc, char **argv) {
  begin(argc, argv);
  run_threads(3, worker);
  return 0;
}

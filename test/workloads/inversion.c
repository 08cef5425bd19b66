// lock.priority-inversion: the thread in `hold` has the lowest priority and shares its CPU with threads that compute; two others wait for its lock.
#include "workload.h"
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

__attribute__((noinline)) void hold(void) { burn(3000000); }
__attribute__((noinline)) void hog(void) { burn(100000); }

static void on_first_cpu(int nice) {
  cpu_set_t first;
  CPU_ZERO(&first);
  CPU_SET(0, &first);
  sched_setaffinity(0, sizeof first, &first);
  setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), nice);
}

static void *low(void *unused) {
  (void)unused;
  on_first_cpu(19);
  while (running()) {
    pthread_mutex_lock(&mutex);
    hold();
    pthread_mutex_unlock(&mutex);
    usleep(1000);
  }
  return NULL;
}

static void *middle(void *unused) {
  (void)unused;
  on_first_cpu(0);
  while (running() && cause) hog();
  return NULL;
}

static void *high(void *unused) {
  (void)unused;
  while (running()) {
    pthread_mutex_lock(&mutex);
    burn(10000);
    pthread_mutex_unlock(&mutex);
    work_done++;
    usleep(200);
  }
  return NULL;
}

static void *any(void *index) { return (long)index == 0 ? low(NULL) : (long)index < 3 ? high(NULL) : middle(NULL); }

int main(int argc, char **argv) {
  begin(argc, argv);
  run_threads(3 + (strength > 0 ? (int)strength : 2), any);
  return 0;
}

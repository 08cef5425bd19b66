// proc.signal: `notify` sends a signal to its own process, again and again.
#include "workload.h"

static void on_signal(int number) { sink += (uint64_t)number; }

__attribute__((noinline)) void notify(void) {
  work_done++;
  burn(strength > 0 ? (uint64_t)strength : 0);
  if (cause) raise(SIGUSR1);
}

int main(int argc, char **argv) {
  begin(argc, argv);
  signal(SIGUSR1, on_signal);
  while (running()) notify();
  return 0;
}

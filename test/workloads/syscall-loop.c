// cpu.syscall-storm: `ask` calls getppid, again and again.
#include "workload.h"
#include <sys/syscall.h>

__attribute__((noinline)) void ask(void) {
  work_done++;
  burn(strength > 0 ? (uint64_t)strength : 0);
  if (cause) sink += (uint64_t)syscall(SYS_getppid);
}

int main(int argc, char **argv) {
  begin(argc, argv);
  for (long turn = 0; turn % 1024 != 0 || running(); turn++) ask();
  return 0;
}

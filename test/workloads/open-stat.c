// fs.metadata: `look_up` opens, stats and closes a file that is there and looks for one that is not, again and again.
#include "workload.h"
#include <sys/stat.h>

static char missing[300];

__attribute__((noinline)) void look_up(void) {
  struct stat status;
  work_done++;
  burn(strength > 0 ? (uint64_t)strength : 0);
  if (!cause && work_done > 1) return;
  int fd = open(path, O_RDONLY);
  if (fd < 0) exit(1);
  fstat(fd, &status);
  close(fd);
  if (stat(missing, &status) == 0) exit(1);
}

int main(int argc, char **argv) {
  begin(argc, argv);
  snprintf(path, sizeof path, "%s/autotune-workload-%d", directory, getpid());
  snprintf(missing, sizeof missing, "%s.missing", path);
  close(open(path, O_WRONLY | O_CREAT, 0600));
  while (running()) look_up();
  unlink(path);
  return 0;
}

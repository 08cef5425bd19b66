// net.small-packets: `send_message` sends 8 bytes over TCP at once, where many would fit into one packet.
#include "workload.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

__attribute__((noinline)) void send_message(int fd) {
  static char buffer[8 * 1024];
  static size_t filled;
  work_done++;
  filled += strength > 0 ? (size_t)strength : 8;
  if (!cause && filled < sizeof buffer - 512) return;
  if (write(fd, buffer, filled) != (ssize_t)filled) exit(1);
  filled = 0;
}

int main(int argc, char **argv) {
  begin(argc, argv);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int listening = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  if (bind(listening, (struct sockaddr *)&address, length) < 0 || listen(listening, 1) < 0) return 1;
  getsockname(listening, (struct sockaddr *)&address, &length);
  pid_t child = fork();
  if (child == 0) {
    char buffer[64 << 10];
    prctl(PR_SET_NAME, "receiver");
    int from = accept(listening, NULL, NULL);
    while (read(from, buffer, sizeof buffer) > 0) continue;
    _exit(0);
  }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd, (struct sockaddr *)&address, length) < 0) return 1;
  while (running()) send_message(fd);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  return 0;
}

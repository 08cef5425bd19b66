// net.nagle-delack: `ask` sends a request in two small pieces and waits for the answer: Nagle keeps the second until the delayed acknowledgement of the first.
#include "workload.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

__attribute__((noinline)) void ask(int fd) {
  char piece[8] = {1};
  if (write(fd, piece, 8) != 8 || write(fd, piece, 8) != 8 || read(fd, piece, 8) != 8) exit(1);
  work_done++;
}

static void serve(int fd) {
  char piece[16];
  prctl(PR_SET_NAME, "server");
  for (ssize_t size = 0, got; (got = read(fd, piece, sizeof piece)) > 0;) {
    for (size += got; size >= 16; size -= 16)
      if (write(fd, piece, 8) != 8) _exit(1);
  }
  _exit(0);
}

int main(int argc, char **argv) {
  begin(argc, argv);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int listening = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0), on = !cause;
  if (bind(listening, (struct sockaddr *)&address, length) < 0 || listen(listening, 1) < 0) return 1;
  getsockname(listening, (struct sockaddr *)&address, &length);
  pid_t child = fork();
  if (child == 0) {
    close(fd);
    serve(accept(listening, NULL, NULL));
  }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd, (struct sockaddr *)&address, length) < 0) return 1;
  while (running()) {
    ask(fd);
    burn(strength > 0 ? (uint64_t)strength : 0);
  }
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  return 0;
}

// Every way in which C++ lays out a stack: usage: stacks SECONDS
#include <alloca.h>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <sys/time.h>
#include <thread>
#include <vector>

#define NOINLINE __attribute__((noinline))

static volatile unsigned long sink;

NOINLINE static unsigned long spin(unsigned long seed, int rounds) {
  for (int i = 0; i < rounds; i++) seed = seed * 6364136223846793005UL + 1442695040888963407UL;
  return seed;
}

NOINLINE static int compareNumbers(const void *left, const void *right) {
  sink += spin(1, 20);
  return *(const int *)left - *(const int *)right;
}

NOINLINE static void callBack() {
  int numbers[400];
  for (int &number : numbers) number = rand();
  qsort(numbers, 400, sizeof(int), compareNumbers);
}

NOINLINE static void sortStrings() {
  std::vector<std::string> texts;
  for (int i = 0; i < 500; i++) texts.push_back(std::to_string(rand()));
  std::sort(texts.begin(), texts.end(), [](const std::string &a, const std::string &b) { return a > b; });
  sink += texts[0].size();
}

NOINLINE static unsigned long recurse(int depth) {
  return depth == 0 ? spin(sink, 4000) : recurse(depth - 1) + depth;
}

NOINLINE static void throwUp(int depth) {
  if (depth == 0) throw std::runtime_error("thrown");
  throwUp(depth - 1);
  sink += 1;
}

NOINLINE static void catchIt() {
  for (int i = 0; i < 20; i++) {
    try {
      throwUp(8);
    } catch (const std::runtime_error &error) {
      sink += strlen(error.what());
    }
  }
}

NOINLINE static void growFrame(int bytes) {
  char *buffer = (char *)alloca(bytes + 1);
  memset(buffer, 1, bytes + 1);
  sink += spin(buffer[bytes / 2], 20000);
}

NOINLINE static void alignFrame() {
  alignas(64) volatile char buffer[256];
  for (int i = 0; i < 20000; i++) buffer[i & 255] = buffer[(i + 1) & 255] + i;
  sink += buffer[3];
}

NOINLINE static void computeSines() {
  double sum = 0;
  for (int i = 1; i < 2000; i++) sum += std::sin(i) * std::pow(i, 0.3);
  sink += (unsigned long)sum;
}

static void onAlarm(int) {
  sink += spin(sink, 100000);
}

static void work(double seconds) {
  auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (std::chrono::steady_clock::now() < end) {
    callBack();
    sortStrings();
    sink += recurse(40);
    catchIt();
    growFrame(rand() % 1000);
    alignFrame();
    computeSines();
  }
}

int main(int count, char **arguments) {
  double seconds = count > 1 ? atof(arguments[1]) : 2;
  signal(SIGALRM, onAlarm);
  itimerval often = {{0, 20000}, {0, 20000}};
  setitimer(ITIMER_REAL, &often, nullptr);
  std::thread other(work, seconds);
  work(seconds);
  other.join();
}

// One hot function, inlined into another file-local one and into main: its name is nowhere in the symbol table.
//
//   inlined SECONDS
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace shop {
static inline __attribute__((always_inline)) uint64_t mixPrices(uint64_t sum, uint64_t rounds) {
  for (uint64_t i = 0; i < rounds; i++) {
    sum = sum * 6364136223846793005u + i; // the hot line
    sum ^= sum >> 29;
  }
  return sum;
}

static inline __attribute__((always_inline)) uint64_t priceAll(uint64_t seed) { return mixPrices(seed, 1000000); }
} // namespace shop

int main(int argc, char **argv) {
  const double seconds = argc > 1 ? atof(argv[1]) : 1;
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  uint64_t sum = 1;
  while (std::chrono::steady_clock::now() < end) sum = shop::priceAll(sum);
  printf("%llu\n", static_cast<unsigned long long>(sum));
  return 0;
}

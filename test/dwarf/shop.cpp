// Inlined calls in several shapes, for the debug files beside it: ./build.sh makes them and shop.json.
struct Basket {
  int prices[8];
  int count;
  inline int sum() const {
    int total = 0;
    for (int i = 0; i < count; i++) total += prices[i] * 3;
    return total;
  }
};

namespace shop {
template <int Percent> inline int discount(int price) { return price - price * Percent / 100; }
static inline int priced(const Basket &basket) { return discount<7>(basket.sum()) + discount<9>(basket.count); }
} // namespace shop

extern "C" int refuse(int);
extern "C" int checkout(const Basket *baskets, int count) {
  auto rounded = [count](int value) __attribute__((noinline)) { return (value + count) / 5 * 5; };
  int total = 0;
  for (int i = 0; i < count; i++) {
    if (__builtin_expect(baskets[i].count < 0, 0)) return refuse(i);
    total += rounded(shop::priced(baskets[i]));
  }
  return total;
}

extern "C" __attribute__((noinline, cold)) int refuse(int index) { return -index - 1; }
extern "C" void _start() {
  Basket basket{{1, 2, 3, 4, 5, 6, 7, 8}, 8};
  volatile int result = checkout(&basket, 1);
  (void)result;
  for (;;) {
  }
}

// Much inlined code from little source: what bench/lines.mjs compares line by line with llvm-symbolizer.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <future>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace shapes {
struct Shape {
  virtual ~Shape() = default;
  virtual double area() const = 0;
};
template <int Sides> struct Polygon : Shape {
  explicit Polygon(double side) : side_(side) {}
  double area() const override {
    auto square = [this](double value) { return value * value + side_ * Sides; };
    return Sides * square(side_) / 4;
  }
  double side_;
};
} // namespace shapes

namespace {
template <typename Key, typename Value> std::map<Key, std::vector<Value>> group(const std::vector<Value> &values, std::function<Key(const Value &)> keyOf) {
  std::map<Key, std::vector<Value>> groups;
  for (const auto &value : values) groups[keyOf(value)].push_back(value);
  return groups;
}

std::string render(const std::variant<int, double, std::string> &value) {
  return std::visit(
      [](const auto &held) {
        std::ostringstream out;
        out << held;
        return out.str();
      },
      value);
}

int words(const std::string &text) {
  static const std::regex word("([a-z]+)([0-9]*)(\\s|$)", std::regex::icase);
  return static_cast<int>(std::distance(std::sregex_iterator(text.begin(), text.end(), word), std::sregex_iterator()));
}
} // namespace

int main(int argc, char **argv) {
  std::vector<std::string> arguments(argv, argv + argc);
  std::vector<std::unique_ptr<shapes::Shape>> all;
  all.push_back(std::make_unique<shapes::Polygon<3>>(argc));
  all.push_back(std::make_unique<shapes::Polygon<4>>(argc + 1));
  double area = std::accumulate(all.begin(), all.end(), 0.0, [](double sum, const auto &shape) { return sum + shape->area(); });
  auto groups = group<size_t, std::string>(arguments, [](const std::string &text) { return text.size(); });
  std::unordered_map<std::string, std::set<int>> index;
  for (const auto &[size, members] : groups)
    for (const auto &member : members) index[member].insert(static_cast<int>(size));
  std::vector<std::pair<std::string, std::set<int>>> sorted(index.begin(), index.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto &left, const auto &right) { return left.second.size() < right.second.size() || left.first < right.first; });
  auto later = std::async(std::launch::async, [&] { return words(arguments[0] + " abc12 def"); });
  std::cout << area << ' ' << render(argc) << render(2.5) << render(arguments[0]) << sorted.size() << later.get() << '\n';
  return 0;
}

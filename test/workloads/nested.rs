// Rust's iterators and closures inline deeply: bench/lines.mjs.
use std::collections::{BTreeMap, HashMap};

struct Counter<T> {
    seen: HashMap<T, usize>,
}

impl<T: std::hash::Hash + Eq + Clone + Ord> Counter<T> {
    fn count(&mut self, items: &[T]) -> BTreeMap<usize, Vec<T>> {
        for item in items {
            *self.seen.entry(item.clone()).or_insert(0) += 1;
        }
        let mut by_count: BTreeMap<usize, Vec<T>> = BTreeMap::new();
        for (item, count) in &self.seen {
            by_count.entry(*count).or_default().push(item.clone());
        }
        by_count.values_mut().for_each(|items| items.sort());
        by_count
    }
}

fn main() {
    let words: Vec<String> = std::env::args().flat_map(|a| a.chars().map(|c| c.to_string()).collect::<Vec<_>>()).collect();
    let mut counter = Counter { seen: HashMap::new() };
    let total: usize = counter.count(&words).iter().map(|(count, items)| count * items.len()).filter(|n| n % 2 == 0).sum();
    println!("{total} {:?}", words.iter().map(|w| w.len()).max());
}

// Closures, traits, iterators, panics that are caught: usage: stacks SECONDS
use std::collections::HashMap;
use std::time::{Duration, Instant};

trait Shape {
    fn area(&self) -> f64;
}

struct Circle(f64);
struct Square(f64);

impl Shape for Circle {
    #[inline(never)]
    fn area(&self) -> f64 {
        (0..200).fold(self.0, |sum, step| sum + (step as f64).sin())
    }
}

impl Shape for Square {
    #[inline(never)]
    fn area(&self) -> f64 {
        (0..200).fold(self.0, |sum, step| sum * 0.99 + (step as f64).sqrt())
    }
}

#[inline(never)]
fn count_words(rounds: usize) -> usize {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for round in 0..rounds {
        *counts.entry(format!("word{}", round % 97)).or_insert(0) += round;
    }
    counts.values().sum()
}

#[inline(never)]
fn sort_numbers() -> u64 {
    let mut numbers: Vec<u64> = (0..2000).map(|n| n * 7919 % 10007).collect();
    numbers.sort_by(|left, right| right.cmp(left));
    numbers[0]
}

#[inline(never)]
fn recurse(depth: u32) -> u32 {
    if depth == 0 { std::hint::black_box(1) } else { recurse(depth - 1) + std::hint::black_box(depth) }
}

fn main() {
    let seconds: f64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(2.0);
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    let shapes: Vec<Box<dyn Shape>> = vec![Box::new(Circle(1.0)), Box::new(Square(2.0))];
    let mut sum = 0.0;
    std::panic::set_hook(Box::new(|_| {}));
    while Instant::now() < end {
        sum += shapes.iter().map(|shape| shape.area()).sum::<f64>();
        sum += (count_words(500) as u64 + sort_numbers() + recurse(30) as u64) as f64;
        let _ = std::panic::catch_unwind(|| if count_words(3) > 2 { panic!("caught") });
    }
    std::hint::black_box(sum);
}

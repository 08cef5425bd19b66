/*
 * What every topic shares: switches set from outside, loss counters, which processes are in scope, and pairs of maps of
 * which one is written while the other is drained.
 */
#pragma once
#include "core_types.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "GPL";

/* Layout known to control.ts. */
struct control {
	u64 lazy_ns;	   /* stacks only for waits at least this long */
	u64 user_stack_ns; /* at most one user stack per thread in this time */
	u32 epoch;	   /* its lowest bit chooses the map of a pair */
	u32 scope;	   /* enum scope */
	u32 self_tgid;	   /* never recorded */
	u32 stack_every;   /* stacks for one wait in so many */
	u32 futex_nr;	   /* number of futex(2) on this architecture */
	u32 coarse;	   /* too many rows: 1: short waits without waker and key, 2: long ones too, and without stacks */
	u64 bh_enable;	   /* first address of __local_bh_enable_ip, and first after it; 0: not known */
	u64 bh_enable_end;
	u64 interrupt_entry; /* first address of the code interrupts enter by, and first after it; 0: not known */
	u64 interrupt_entry_end;
	u64 opened_at; /* what began before was seen beginning in an earlier window: its end then was not */
};
enum scope {
	MACHINE,	  /* everybody in detail */
	TARGETS_ONLY,	  /* processes in `targets`, and nobody else */
	TARGETS_IN_DETAIL /* processes in `targets` in detail; of all others sums, so that competitors are known */
};
volatile struct control control SEC(".data.control") = { .stack_every = 1 };

/* Counters per CPU; names in control.ts. */
enum counter { LOST_ROWS, LOST_THREADS, LOST_STACKS, LOST_STARTS, UNMATCHED, EVENTS, LOST_FILES, COUNTERS = 8 };
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, COUNTERS);
	__type(key, u32);
	__type(value, u64);
} counters SEC(".maps");

static __always_inline void count(u32 counter)
{
	u64 *value = bpf_map_lookup_elem(&counters, &counter);
	if (value)
		*value += 1;
}

/* Process id → 1 for a target, n + 1 for one that a process of depth n waited for. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, u32);
	__type(value, u32);
} targets SEC(".maps");

static __always_inline bool in_scope(u32 tgid)
{
	return tgid != control.self_tgid && (control.scope != TARGETS_ONLY || bpf_map_lookup_elem(&targets, &tgid));
}

/* Stacks, places and whom they wait for cost microseconds and rows: not for those the target has nothing to do with. */
static __always_inline bool in_detail(u32 tgid)
{
	return tgid != control.self_tgid && (control.scope == MACHINE || bpf_map_lookup_elem(&targets, &tgid));
}

/* Children of targets are targets. */
static __always_inline void inherit_target(struct task_struct *parent, struct task_struct *child)
{
	u32 from = parent->tgid, to = child->tgid;
	if (!control.scope || from == to)
		return;
	u32 *depth = bpf_map_lookup_elem(&targets, &from);
	if (depth)
		bpf_map_update_elem(&targets, &to, depth, BPF_ANY);
}

/* Topics without a use of their own for forks follow them with this. */
#define FOLLOW_FORKS                                                                                            \
	SEC("tp_btf/sched_process_fork")                                                                        \
	int BPF_PROG(follow_fork, struct task_struct *parent, struct task_struct *child)                        \
	{                                                                                                       \
		inherit_target(parent, child);                                                                  \
		return 0;                                                                                       \
	}

#define MAP_OF(name, key_type, value_type, entries)                                                            \
	struct {                                                                                                \
		__uint(type, BPF_MAP_TYPE_HASH);                                                                \
		__uint(max_entries, entries);                                                                   \
		__type(key, key_type);                                                                          \
		__type(value, value_type);                                                                      \
	} name SEC(".maps")

/* name_a and name_b: one is written, the other drained. HASH and not LRU, which evicts without a word. */
#define PAIR(name, key_type, value_type, entries)                                                              \
	MAP_OF(name##_a, key_type, value_type, entries);                                                        \
	MAP_OF(name##_b, key_type, value_type, entries);                                                        \
	static const value_type name##_zero;                                                                    \
	static __always_inline value_type *name##_row(key_type *key)                                            \
	{                                                                                                       \
		return control.epoch & 1 ? row_of(&name##_b, key, &name##_zero)                                 \
					 : row_of(&name##_a, key, &name##_zero);                                \
	}

static __always_inline void *row_of(void *map, const void *key, const void *zero)
{
	void *row = bpf_map_lookup_elem(map, key);
	if (row)
		return row;
	bpf_map_update_elem(map, key, zero, BPF_NOEXIST);
	row = bpf_map_lookup_elem(map, key);
	if (!row)
		count(LOST_ROWS);
	return row;
}

/* Histogram of durations: bucket 0 is < 512 ns, each next twice as wide, the last is open. */
#define BUCKETS 24
struct times {
	u64 count, ns, max;
	u32 buckets[BUCKETS];
};

static __always_inline u32 bucket_of(u64 ns)
{
	u64 rest = ns >> 8;
	u32 bucket = 0;
	if (rest >> 32) return BUCKETS - 1;
	if (rest >> 16) { bucket += 16; rest >>= 16; }
	if (rest >> 8) { bucket += 8; rest >>= 8; }
	if (rest >> 4) { bucket += 4; rest >>= 4; }
	if (rest >> 2) { bucket += 2; rest >>= 2; }
	if (rest >> 1) bucket += 1;
	return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

/* For rows that only one CPU writes at a time, because the thread is in the key. */
static __always_inline void add_time(struct times *times, u64 ns)
{
	times->count += 1;
	times->ns += ns;
	if (ns > times->max)
		times->max = ns;
	u32 bucket = bucket_of(ns);
	if (bucket < BUCKETS)
		times->buckets[bucket] += 1;
}

/* For rows that several CPUs write. */
static __always_inline void add_time_shared(struct times *times, u64 ns)
{
	__sync_fetch_and_add(&times->count, 1);
	__sync_fetch_and_add(&times->ns, ns);
	if (ns > times->max)
		times->max = ns;
	u32 bucket = bucket_of(ns);
	if (bucket < BUCKETS)
		__sync_fetch_and_add(&times->buckets[bucket], 1);
}

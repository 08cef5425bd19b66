/*
 * Lean records of single events, for bursts and for the flight recorder: 32 bytes, written into a region per CPU that
 * Node.js maps. Nobody is woken, nothing is copied.
 */
#pragma once
#include "topic.h"

/* Layout, types and flags known to decode-flight.ts. */
enum flight_type {
	FLIGHT_NONE, /* a slot that was never written */
	FLIGHT_SWITCH,
	FLIGHT_WAKING,
	FLIGHT_LOCK_BEGIN,
	FLIGHT_LOCK_END,
	FLIGHT_BLOCK_ISSUE,
	FLIGHT_BLOCK_COMPLETE,
	FLIGHT_FORK,
};
enum flight_flag {
	FLIGHT_PREEMPTED = 1, /* the thread that left its CPU still wants one */
	FLIGHT_DEAD = 2,
	FLIGHT_IN_IOWAIT = 4,
	FLIGHT_KERNEL_THREAD = 8,
	FLIGHT_INTERRUPT = 16, /* not the doing of the thread that ran */
	FLIGHT_SAME_KEY = 32,  /* waker and waiter are in futex(2) with the same address */
	FLIGHT_UNINTERRUPTIBLE = 64,
	FLIGHT_STOPPED = 128,
};
struct flight_record {
	u64 time;	/* CLOCK_MONOTONIC */
	u64 key;	/* futex, lock, request; descriptor + 1 where a call's first argument looks like one; 0: none */
	u32 tid;	/* who left its CPU, was woken, wants the lock, issued the request, was born */
	u32 other_tid;	/* who came, woke, had the lock, gave birth; 0: nobody; for requests the device */
	u32 tgid;	/* of tid */
	u16 detail;	/* number of the system call of tid, 0xffff: none; flags of the lock; operation of the request */
	u8 type, flags;
};

/* Set when it is loaded: max_entries is as many records as all CPUs together have. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 4096);
	__type(key, u32);
	__type(value, struct flight_record);
} flight_ring SEC(".maps");

struct flight_control {
	u32 region;    /* records per CPU, a power of two; 0: none are written */
	u32 overwrite; /* 1: the oldest make room; 0: the newest are lost */
};
volatile struct flight_control flight_control SEC(".data.flight");

/* Records a CPU wanted to write since this was last zeroed. Those beyond the region are lost. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} flight_heads SEC(".maps");

/* The next slot, with everything but the event filled in. An interrupt may come between: the head is taken at once. */
static __always_inline struct flight_record *flight_slot(u8 type, struct task_struct *task)
{
	u32 zero = 0, region = flight_control.region;
	u64 *head = bpf_map_lookup_elem(&flight_heads, &zero);
	if (!head)
		return 0;
	u64 at = __sync_fetch_and_add(head, 1);
	if (at >= region && !flight_control.overwrite)
		return 0;
	u32 index = bpf_get_smp_processor_id() * region + ((u32)at & (region - 1));
	struct flight_record *record = bpf_map_lookup_elem(&flight_ring, &index);
	if (!record) {
		count(LOST_ROWS);
		return 0;
	}
	record->time = bpf_ktime_get_ns();
	record->key = 0;
	record->tid = task->pid;
	record->tgid = task->tgid;
	record->other_tid = 0;
	record->detail = 0xffff;
	record->type = type;
	record->flags = task->flags & PF_KTHREAD ? FLIGHT_KERNEL_THREAD : 0;
	return record;
}

/* The system call a thread is in: number, and what identifies what it waits for. Its registers lie on its kernel stack. */
static __always_inline void flight_call(struct flight_record *record, struct task_struct *task)
{
	if (task->flags & PF_KTHREAD)
		return;
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
#if defined(__TARGET_ARCH_x86)
	if (task->thread_info.status & 2) /* TS_COMPAT: a 32-bit call has other numbers */
		return;
	s64 number = (s64)regs->orig_ax;
	u64 first = regs->di;
#else
	s64 number = regs->syscallno;
	u64 first = regs->orig_x0;
#endif
	if (number < 0 || number >= 0x7fff)
		return;
	record->detail = number;
	if (number == control.futex_nr)
		record->key = first;
	else if (first < 65536)
		record->key = first + 1;
}

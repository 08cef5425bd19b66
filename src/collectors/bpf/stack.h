/*
 * Stacks by a 53-bit hash in an ordinary hash map: STACK_TRACE maps collide and can't be drained in batches. 53 bits
 * are exact in a JavaScript number.
 */
#pragma once
#include "topic.h"

#define DEPTH 64
#ifndef STACKS
#define STACKS 4096
#endif
/* HASH and not LRU, which evicts without a word; where only the last seconds matter, that is what is wanted. */
#ifndef STACK_MAP_TYPE
#define STACK_MAP_TYPE BPF_MAP_TYPE_HASH
#endif
/* Values a stack field can have that are no hash. */
enum { STACK_NONE = 0, STACK_NOT_SAMPLED = 1, STACK_FAILED = 2 };

struct stack {
	u64 depth;
	u64 address[DEPTH];
};
struct {
	__uint(type, STACK_MAP_TYPE);
	__uint(max_entries, STACKS);
	__type(key, u64);
	__type(value, struct stack);
} stacks SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, struct stack);
} scratch SEC(".maps");

/* One slot for programs in task context, one for those that may interrupt them. */
static __always_inline struct stack *scratch_stack(u32 slot)
{
	return bpf_map_lookup_elem(&scratch, &slot);
}

static __always_inline u64 keep_stack(struct stack *stack, long bytes)
{
	if (bytes <= 0)
		return STACK_FAILED;
	u32 depth = bytes >> 3;
	u64 hash = 0xcbf29ce484222325ULL;
	for (u32 i = 0; i < DEPTH; i++) {
		if (i >= depth)
			break;
		hash = (hash ^ stack->address[i]) * 0x9E3779B97F4A7C15ULL;
		hash ^= hash >> 29;
	}
	hash >>= 11;
	if (hash <= STACK_FAILED)
		hash += STACK_FAILED + 1;
	if (!bpf_map_lookup_elem(&stacks, &hash)) {
		stack->depth = depth;
		bpf_map_update_elem(&stacks, &hash, stack, BPF_NOEXIST);
		if (!bpf_map_lookup_elem(&stacks, &hash)) {
			count(LOST_STACKS);
			return STACK_FAILED;
		}
	}
	return hash;
}

/* Of the running thread. skip leaves out the frames of the tracepoint and of BPF itself. */
static __always_inline u64 current_stack(void *context, u64 flags, u32 slot)
{
	struct stack *stack = scratch_stack(slot);
	return stack ? keep_stack(stack, bpf_get_stack(context, stack->address, sizeof(stack->address), flags)) : STACK_FAILED;
}

/* Kernel stack of a thread that does not run. */
static __always_inline u64 task_stack(struct task_struct *task, u32 slot)
{
	struct stack *stack = scratch_stack(slot);
	return stack ? keep_stack(stack, bpf_get_task_stack(task, stack->address, sizeof(stack->address), 0)) : STACK_FAILED;
}

/* Block I/O: how long requests queue and how long the device takes, by device, operation, size and issuer. */
#include "stack.h"
#include "device.h"
FOLLOW_FORKS

struct request_start {
	u64 inserted_at, issued_at;
	u64 stack;
	u32 tgid, tid;
	u32 bytes;
	u32 sequential;
};
MAP_OF(requests, u64, struct request_start, 16384);

struct device_key {
	u32 device, operation;
};
MAP_OF(ends, struct device_key, u64, 1024); /* where the last request of this kind ended */

/* Layouts known to decode-topics.ts. */
struct block_key {
	u32 device;    /* major << 20 | minor */
	u32 operation; /* REQ_OP_*: include/linux/blk_types.h */
	u32 tgid, tid;
	u32 size_class; /* log2 of the size in 512-byte sectors, + 1; 0: no data */
	u32 sequential;
	u64 stack;
};
struct block_row {
	struct times device, queue;
	u64 bytes, errors;
};
PAIR(blocks, struct block_key, struct block_row, 8192)

static __always_inline struct request_start *start_of(void *context, struct request *request)
{
	u64 id = (u64)request;
	struct request_start *known = bpf_map_lookup_elem(&requests, &id);
	if (known)
		return known;
	u64 who = bpf_get_current_pid_tgid();
	if (!in_scope(who >> 32))
		return 0;
	struct request_start start = { .tgid = who >> 32, .tid = who };
	if (in_detail(who >> 32))
		start.stack = current_stack(context, 3, 0);
	if (bpf_map_update_elem(&requests, &id, &start, BPF_ANY))
		count(LOST_STARTS);
	return bpf_map_lookup_elem(&requests, &id);
}

SEC("tp_btf/block_rq_insert")
int BPF_PROG(on_insert, struct request *request)
{
	struct request_start *start = start_of(ctx, request);
	if (start)
		start->inserted_at = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/block_rq_issue")
int BPF_PROG(on_issue, struct request *request)
{
	struct request_start *start = start_of(ctx, request);
	if (!start)
		return 0;
	struct device_key key = { .device = device_of(request), .operation = request->cmd_flags & 0xff };
	u64 *last = bpf_map_lookup_elem(&ends, &key), first = request->__sector, end = first + (request->__data_len >> 9);
	start->sequential = last && *last == first;
	bpf_map_update_elem(&ends, &key, &end, BPF_ANY);
	start->bytes = request->__data_len;
	start->issued_at = bpf_ktime_get_ns();
	return 0;
}

/* Partial completions come several times; the last one leaves nothing. */
SEC("tp_btf/block_rq_complete")
int BPF_PROG(on_complete, struct request *request, s32 error, unsigned int done_bytes)
{
	u64 id = (u64)request, now = bpf_ktime_get_ns();
	struct request_start *start = bpf_map_lookup_elem(&requests, &id);
	if (!start || done_bytes < request->__data_len)
		return 0;
	struct block_key key = {
		.device = device_of(request), .operation = request->cmd_flags & 0xff, .tgid = start->tgid, .tid = start->tid,
		.sequential = start->sequential, .stack = start->stack,
	};
	u32 sectors = start->bytes >> 9;
	for (int step = 0; step < 24 && sectors; step++, sectors >>= 1)
		key.size_class++;
	if (start->issued_at) {
		struct block_row *row = blocks_row(&key);
		if (row) {
			add_time_shared(&row->device, now - start->issued_at);
			if (start->inserted_at && start->issued_at > start->inserted_at)
				add_time_shared(&row->queue, start->issued_at - start->inserted_at);
			__sync_fetch_and_add(&row->bytes, start->bytes);
			if (error)
				__sync_fetch_and_add(&row->errors, 1);
		}
	}
	bpf_map_delete_elem(&requests, &id);
	return 0;
}

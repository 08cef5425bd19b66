/*
 * The file a thread waits for, by a 53-bit hash of the end of its path. Read when the wait begins: a program that makes
 * each record safe has often closed the file, or opened another in its place, before anybody can look into /proc.
 */
#pragma once
#include "topic.h"

/* Layout known to file-names.ts. */
#define PATH_PARTS 3
#define PART_BYTES 48
struct file_name {
	char parts[PATH_PARTS][PART_BYTES]; /* the file, its folder, and the folder of that; "/" ends it */
};
MAP_OF(files, u64, struct file_name, 2048);
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct file_name);
} file_scratch SEC(".maps");

static __always_inline u64 keep_file(struct file_name *name)
{
	u64 *words = (u64 *)name;
	u64 hash = 0xcbf29ce484222325ULL;
	for (u32 i = 0; i < sizeof(*name) / 8; i++) {
		hash = (hash ^ words[i]) * 0x9E3779B97F4A7C15ULL;
		hash ^= hash >> 29;
	}
	hash >>= 11;
	if (!hash)
		hash = 1;
	if (!bpf_map_lookup_elem(&files, &hash) && bpf_map_update_elem(&files, &hash, name, BPF_NOEXIST)) {
		count(LOST_FILES);
		return 0;
	}
	return hash;
}

/* argument: the descriptor + 1; 0 for none. Whether the call takes one, our reader knows. */
static __always_inline u64 file_of(struct task_struct *task, u64 argument)
{
	u32 zero = 0;
	struct file_name *name = bpf_map_lookup_elem(&file_scratch, &zero);
	struct fdtable *table = argument && argument <= 65536 ? BPF_CORE_READ(task, files, fdt) : 0;
	if (!name || !table || argument > BPF_CORE_READ(table, max_fds))
		return 0;
	struct file **descriptors = BPF_CORE_READ(table, fd), *file = 0;
	bpf_probe_read_kernel(&file, sizeof(file), &descriptors[argument - 1]);
	struct dentry *entry = file ? BPF_CORE_READ(file, f_path.dentry) : 0;
	if (!entry)
		return 0;
	__builtin_memset(name, 0, sizeof(*name));
	for (u32 i = 0; i < PATH_PARTS; i++) {
		bpf_probe_read_kernel_str(name->parts[i], PART_BYTES, BPF_CORE_READ(entry, d_name.name));
		struct dentry *parent = BPF_CORE_READ(entry, d_parent);
		if (!parent || parent == entry)
			break;
		entry = parent;
	}
	return keep_file(name);
}

/*
 * The kernel's types as far as our programs read them. CO-RE: the kernel that loads a program looks every field up by
 * name in its own BTF, so order and omissions here don't matter, and no vmlinux.h is needed.
 */
#pragma once

typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef __u8 u8;
typedef __s16 s16;
typedef __u16 u16;
typedef __s32 s32;
typedef __u32 u32;
typedef __s64 s64;
typedef __u64 u64;
typedef _Bool bool;

#define CORE __attribute__((preserve_access_index))

/* include/uapi/linux/bpf.h */
enum { BPF_ANY = 0, BPF_NOEXIST = 1 };
enum { BPF_F_NO_PREALLOC = 1, BPF_F_MMAPABLE = 1 << 10 };
enum { BPF_F_SKIP_FIELD_MASK = 0xff, BPF_F_USER_STACK = 1 << 8 };
enum { BPF_LOCAL_STORAGE_GET_F_CREATE = 1 };
enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_RINGBUF = 27,
	BPF_MAP_TYPE_TASK_STORAGE = 29,
};

/* include/linux/sched.h */
enum { TASK_UNINTERRUPTIBLE = 2, TASK_STOPPED = 4, TASK_TRACED = 8, TASK_DEAD = 0x80 };
enum { PF_KTHREAD = 0x00200000 };

struct thread_info {
	u32 status;
	u64 preempt_count;
} CORE;
struct cfs_rq {
	int throttle_count;
} CORE;
struct sched_entity {
	struct cfs_rq *cfs_rq;
} CORE;
struct mm_struct {
} CORE;
struct qstr {
	const unsigned char *name;
} CORE;
struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
} CORE;
struct path {
	struct dentry *dentry;
} CORE;
struct file {
	struct path f_path;
} CORE;
struct fdtable {
	unsigned int max_fds;
	struct file **fd;
} CORE;
struct files_struct {
	struct fdtable *fdt;
} CORE;
typedef struct {
	int counter;
} atomic_t;
struct signal_struct {
	atomic_t live; /* threads of the process that have not ended */
} CORE;
struct task_struct {
	struct thread_info thread_info;
	unsigned int __state;
	void *stack;
	unsigned int flags;
	int on_cpu;
	int on_rq;
	struct sched_entity se;
	bool throttled;
	struct mm_struct *mm;
	struct files_struct *files;
	struct signal_struct *signal;
	int nr_cpus_allowed;
	int pid;
	int tgid;
	unsigned int in_iowait : 1;
	u64 start_time;
	unsigned long maj_flt;
	int exit_code;
	char comm[16];
} CORE;

/* What a system call left on the kernel stack: arch/{x86,arm64}/include/asm/ptrace.h. */
#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long r8, r10, ax, dx, si, di, orig_ax;
} CORE;
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs {
	u64 regs[31];
	u64 orig_x0;
	s32 syscallno;
} CORE;
#endif

struct bpf_iter_meta {
} CORE;
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} CORE;

/* block */
struct gendisk {
	int major;
	int first_minor;
} CORE;
struct request_queue {
	struct gendisk *disk;
} CORE;
struct request {
	struct request_queue *q;
	unsigned int cmd_flags;
	unsigned int __data_len;
	u64 __sector;
} CORE;

/* locks */
typedef struct {
	long counter;
} atomic_long_t;
struct mutex {
	atomic_long_t owner;
} CORE;
struct rw_semaphore {
	atomic_long_t count;
	atomic_long_t owner;
} CORE;

/* network */
struct in6_addr {
	u8 bytes[16];
};
struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	u16 skc_num;
	unsigned short skc_family;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
} CORE;
struct sock {
	struct sock_common __sk_common;
	u16 sk_protocol;
} CORE;
struct sk_buff;
struct irqaction;
struct kernel_siginfo;
struct linux_binprm;

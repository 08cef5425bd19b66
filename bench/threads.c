/*
 * threads COUNT SWITCHES SECONDS: pairs of threads that hand a turn to and fro, so that a given number of threads makes about a
 * given number of context switches a second, all of them together.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct pair {
	atomic_int turn;
	int cpu;
};
static long turns_at_once, period_ns, end_ns;

static long now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void stay_on(int cpu)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void give(struct pair *pair, int to)
{
	atomic_store(&pair->turn, to);
	syscall(SYS_futex, &pair->turn, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
}

static void take(struct pair *pair, int mine)
{
	for (int turn; (turn = atomic_load(&pair->turn)) != mine;)
		syscall(SYS_futex, &pair->turn, FUTEX_WAIT_PRIVATE, turn, 0, 0, 0);
}

static void *lead(void *argument)
{
	struct pair *pair = argument;
	stay_on(pair->cpu);
	/* not all at the same instant */
	long due = now() + (long)((double)rand() / RAND_MAX * period_ns);
	while (now() < end_ns) {
		struct timespec at = { due / 1000000000L, due % 1000000000L };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, 0);
		for (long i = 0; i < turns_at_once; i++) {
			give(pair, 1);
			take(pair, 0);
		}
		due += period_ns;
		if (due < now())
			due = now();
	}
	return 0;
}

static void *follow(void *argument)
{
	struct pair *pair = argument;
	stay_on(pair->cpu);
	for (;;) {
		take(pair, 1);
		give(pair, 0);
	}
	return 0;
}

int main(int count, char **arguments)
{
	if (count < 4)
		return 2;
	long pairs = (atol(arguments[1]) + 1) / 2, switches = atol(arguments[2]), cpus = sysconf(_SC_NPROCESSORS_ONLN);
	turns_at_once = switches / 1000 / 2 / pairs > 1 ? switches / 1000 / 2 / pairs : 1;
	period_ns = 2000000000L / switches * turns_at_once * pairs;
	end_ns = now() + atol(arguments[3]) * 1000000000L;
	struct pair *all = calloc(pairs, sizeof(*all));
	pthread_attr_t small;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 64 << 10);
	for (long i = 0; i < pairs; i++) {
		pthread_t thread;
		all[i].cpu = i % cpus;
		if (pthread_create(&thread, &small, follow, &all[i]) || pthread_create(&thread, &small, lead, &all[i])) {
			perror("pthread_create");
			return 1;
		}
	}
	puts("ready");
	fflush(stdout);
	while (now() < end_ns)
		usleep(100000);
	_exit(0);
}

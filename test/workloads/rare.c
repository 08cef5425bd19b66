/* Fails one time in `every`, for the reason that is named: its n-th run counts in a file. Prints nothing; the status says it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A static probe as sys/sdt.h writes it: usdt:rare:begins. */
#define PROBE                                                                                                          \
	__asm__ volatile("990: nop\n.pushsection .note.stapsdt,\"\",\"note\"\n.balign 4\n.4byte 992f-991f, 994f-993f, 3\n" \
			 "991: .asciz \"stapsdt\"\n992: .balign 4\n993: .8byte 990b, 0, 0\n"                                \
			 ".asciz \"rare\"\n.asciz \"begins\"\n.asciz \"\"\n994: .balign 4\n.popsection\n")

int is_rare;
static pthread_barrier_t both;
static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER, second = PTHREAD_MUTEX_INITIALIZER;

static void nap(long ms)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000 };
	nanosleep(&time, 0);
}

static int timed_lock(pthread_mutex_t *mutex)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 100000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	return pthread_mutex_timedlock(mutex, &until);
}

static void *lock_backwards(void *failed)
{
	pthread_mutex_lock(&second);
	if (is_rare)
		pthread_barrier_wait(&both);
	if (timed_lock(&first))
		*(int *)failed = 1;
	else
		pthread_mutex_unlock(&first);
	pthread_mutex_unlock(&second);
	return 0;
}

static int inversion(void)
{
	pthread_t other;
	int failed = 0, own = 0;
	pthread_barrier_init(&both, 0, 2);
	if (!is_rare) { /* they meet one time in many only */
		pthread_create(&other, 0, lock_backwards, &failed);
		pthread_join(other, 0);
	}
	pthread_mutex_lock(&first);
	if (is_rare) {
		pthread_create(&other, 0, lock_backwards, &failed);
		pthread_barrier_wait(&both);
	}
	own = timed_lock(&second);
	if (!own)
		pthread_mutex_unlock(&second);
	pthread_mutex_unlock(&first);
	if (is_rare)
		pthread_join(other, 0);
	return own || failed;
}

static int no_descriptors(void)
{
	struct rlimit limit = { 32, 32 };
	setrlimit(RLIMIT_NOFILE, &limit);
	for (int i = 0; i < 64; i++) {
		int file = open("/dev/null", O_RDONLY);
		if (file < 0)
			return 1;
		if (!is_rare)
			close(file);
	}
	return 0;
}

/* Dirty pages by a mapping: all the writing is left to fsync. */
static int slow_fsync(const char *path)
{
	size_t size = is_rare ? 128 << 20 : 4096;
	int file = open(path, O_CREAT | O_TRUNC | O_RDWR, 0600);
	if (ftruncate(file, size))
		return 2;
	char *pages = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (pages == MAP_FAILED)
		return 3;
	for (size_t at = 0; at < size; at += 4096)
		pages[at] = 1;
	fsync(file);
	close(file);
	unlink(path);
	return is_rare;
}

static volatile int balance, checked;

static void *withdraw(void *argument)
{
	if (balance >= 10) {
		__atomic_add_fetch(&checked, 1, __ATOMIC_SEQ_CST);
		if (is_rare)
			nap(20); /* the gap between check and act, that is hardly ever open */
		balance -= 10;
	}
	return argument;
}

static int race(void)
{
	pthread_t a, b;
	balance = 10;
	pthread_create(&a, 0, withdraw, 0);
	if (!is_rare)
		pthread_join(a, 0);
	pthread_create(&b, 0, withdraw, 0);
	if (is_rare)
		pthread_join(a, 0);
	pthread_join(b, 0);
	return balance < 0;
}

int main(int count, char **arguments)
{
	if (count < 5)
		return 99;
	const char *kind = arguments[1], *counter = arguments[2];
	FILE *file = fopen(counter, "r");
	int run = 0;
	if (file && fscanf(file, "%d", &run) != 1)
		run = 0;
	if (file)
		fclose(file);
	file = fopen(counter, "w");
	fprintf(file, "%d", run + 1);
	fclose(file);
	is_rare = (run + 1) % atoi(arguments[3]) == 0;
	if (is_rare)
		PROBE;
	if (!strcmp(kind, "inversion"))
		return inversion();
	if (!strcmp(kind, "descriptors"))
		return no_descriptors();
	if (!strcmp(kind, "fsync"))
		return slow_fsync(arguments[4]);
	if (!strcmp(kind, "race"))
		return race();
	if (!strcmp(kind, "vfork")) { /* the parent cannot be interrupted until the child is gone */
		if (!vfork()) {
			nap(300);
			_exit(0);
		}
		return 0;
	}
	if (!strcmp(kind, "segfault"))
		return raise(SIGSEGV);
	if (!strcmp(kind, "toggle")) { /* writes a variable until it is killed */
		for (;; is_rare = !is_rare)
			nap(20);
	}
	if (!strcmp(kind, "hog")) {
		time_t end = time(0) + 3;
		while (time(0) < end)
			;
		return 0;
	}
	return 98;
}

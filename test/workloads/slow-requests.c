/*
 * A server of requests. One request in a hundred comes while another thread rebuilds the cache, and waits for
 * cache_lock: slow-requests SECONDS. Prints how many there were and how many were slow.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t held;
static volatile int is_over;
static int slow, all;

static void nap(long us)
{
	struct timespec time = { 0, us * 1000 };
	nanosleep(&time, 0);
}

__attribute__((noinline)) void rebuild_cache(void)
{
	pthread_mutex_lock(&cache_lock);
	pthread_barrier_wait(&held);
	nap(40000);
	pthread_mutex_unlock(&cache_lock);
}

static void *rebuilder(void *argument)
{
	for (;;) {
		pthread_barrier_wait(&held);
		if (is_over)
			return argument;
		rebuild_cache();
	}
}

__attribute__((noinline)) int cache_get(int key)
{
	pthread_mutex_lock(&cache_lock);
	int value = key * 7;
	pthread_mutex_unlock(&cache_lock);
	return value;
}

__attribute__((noinline)) int handle_request(int key)
{
	nap(100); /* as if it asked a disk */
	return cache_get(key) + 1;
}

int main(int count, char **arguments)
{
	pthread_t thread;
	time_t end = time(0) + (count > 1 ? atoi(arguments[1]) : 3);
	volatile int sum = 0;
	pthread_barrier_init(&held, 0, 2);
	pthread_create(&thread, 0, rebuilder, 0);
	while (time(0) < end) {
		if (++all % 100 == 0) {
			pthread_barrier_wait(&held);
			pthread_barrier_wait(&held); /* now it is held */
			slow++;
		}
		sum += handle_request(all);
	}
	is_over = 1;
	pthread_barrier_wait(&held);
	pthread_join(thread, 0);
	printf("%d %d\n", all, slow);
	return 0;
}

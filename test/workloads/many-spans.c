/* So many threads are in hold() at once: many-spans THREADS. */
#include <pthread.h>
#include <stdlib.h>

static pthread_barrier_t all;

__attribute__((noinline)) int hold(int number)
{
	pthread_barrier_wait(&all);
	return number;
}

static void *run(void *argument)
{
	return hold(1) ? argument : 0;
}

int main(int count, char **arguments)
{
	int threads = count > 1 ? atoi(arguments[1]) : 100;
	pthread_t *ids = calloc(threads, sizeof(*ids));
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 32768);
	pthread_barrier_init(&all, 0, threads);
	for (int i = 0; i < threads; i++)
		if (pthread_create(&ids[i], &attributes, run, 0))
			abort();
	for (int i = 0; i < threads; i++)
		pthread_join(ids[i], 0);
	return 0;
}

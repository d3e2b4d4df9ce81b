/* A process tree's wall clock, CLOCK_SHIFT seconds away from the machine's and going on: preloaded by tools/at.py.
 *
 * Only the wall clock moves. libfaketime is not used: with the monotonic clock left alone its clock_nanosleep fails,
 * which is Python's time.sleep; with it moved, what waits until a moment of the monotonic clock waits for months.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* No machine has been up for so long: a later moment to wait for is one of the wall clock. */
#define THIRTY_YEARS 1000000000

static time_t shift;
static int (*machine_clock)(clockid_t, struct timespec *);
static int (*machine_cond)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
static int (*machine_sem)(sem_t *, const struct timespec *);

__attribute__((constructor)) static void begin(void)
{
    const char *seconds = getenv("CLOCK_SHIFT");

    shift = seconds ? atol(seconds) : 0;
    machine_cond = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
    machine_sem = dlsym(RTLD_NEXT, "sem_timedwait");
    machine_clock = dlsym(RTLD_NEXT, "clock_gettime");
}

int clock_gettime(clockid_t clock, struct timespec *moment)
{
    /* Others may ask before begin() has run, and dlsym() itself may. */
    int wrong = machine_clock ? machine_clock(clock, moment) : (int)syscall(SYS_clock_gettime, clock, moment);

    if (!wrong && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        moment->tv_sec += shift;
    return wrong;
}

int gettimeofday(struct timeval *restrict moment, void *restrict zone)
{
    struct timespec now;
    int wrong = clock_gettime(CLOCK_REALTIME, &now);

    (void)zone;
    moment->tv_sec = now.tv_sec;
    moment->tv_usec = now.tv_nsec / 1000;
    return wrong;
}

time_t time(time_t *moment)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (moment)
        *moment = now.tv_sec;
    return now.tv_sec;
}

int timespec_get(struct timespec *moment, int base)
{
    return base == TIME_UTC && !clock_gettime(CLOCK_REALTIME, moment) ? base : 0;
}

static struct timespec by_machine(const struct timespec *until)
{
    struct timespec there = *until;

    if (there.tv_sec > THIRTY_YEARS)
        there.tv_sec -= shift;
    return there;
}

int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until)
{
    struct timespec there = by_machine(until);

    return machine_cond(cond, mutex, &there);
}

int sem_timedwait(sem_t *sem, const struct timespec *until)
{
    struct timespec there = by_machine(until);

    return machine_sem(sem, &there);
}

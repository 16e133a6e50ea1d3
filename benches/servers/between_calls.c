/* Counts the cycles that a server spends between its system calls: its own user CPU, a connection each.
 *
 * Clock ticks cannot show it: one that falls due in a system call is taken when the call returns, and then counts as the
 * program's. Preloaded (LD_PRELOAD), this prints "CONNECTIONS CYCLES" on stderr now and then, less what the counting itself
 * takes. Pieces over LONG cycles, in which the thread was taken off the core, are left out. x86-64 with glibc only.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <x86intrin.h>

enum { LONG = 45000, REPORT_EVERY = 10000, TRIALS = 100000 };

static __thread uint64_t returned, cycles, pieces, connections;

/* Cycles that a piece without anything in it has. */
static uint64_t empty_piece;

static void enter(void) {
    uint64_t piece = __rdtsc() - returned;
    if (returned != 0 && piece < LONG) {
        cycles += piece;
        pieces++;
    }
}

static void leave(void) { returned = __rdtsc(); }

__attribute__((constructor)) static void calibrate(void) {
    for (int trial = 0; trial < TRIALS; trial++) {
        leave();
        enter();
    }
    empty_piece = cycles / pieces;
    returned = cycles = pieces = 0;
}

static void count(int accepted) {
    if (accepted >= 0 && ++connections % REPORT_EVERY == 0)
        fprintf(stderr, "%lu %lu\n", (unsigned long)connections, (unsigned long)(cycles - pieces * empty_piece));
}

#define WATCH(TYPE, NAME, PARAMETERS, ARGUMENTS, SEEN)            \
    TYPE NAME PARAMETERS {                                        \
        static TYPE(*next) PARAMETERS;                            \
        if (!next) *(void **)&next = dlsym(RTLD_NEXT, #NAME);     \
        enter();                                                  \
        TYPE result = next ARGUMENTS;                             \
        SEEN;                                                     \
        leave();                                                  \
        return result;                                            \
    }

WATCH(int, accept, (int s, struct sockaddr *a, socklen_t *n), (s, a, n), count(result))
WATCH(int, accept4, (int s, struct sockaddr *a, socklen_t *n, int f), (s, a, n, f), count(result))
WATCH(ssize_t, recv, (int s, void *b, size_t n, int f), (s, b, n, f), (void)0)
WATCH(ssize_t, send, (int s, const void *b, size_t n, int f), (s, b, n, f), (void)0)
WATCH(int, close, (int s), (s), (void)0)
WATCH(int, epoll_wait, (int e, struct epoll_event *v, int n, int t), (e, v, n, t), (void)0)
WATCH(int, epoll_ctl, (int e, int o, int s, struct epoll_event *v), (e, o, s, v), (void)0)

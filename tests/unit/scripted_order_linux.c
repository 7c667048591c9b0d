/* scripted_order_linux.c - completions come out in the order in which they were put in, none is lost between completion
 * and recv, whoever waits how, and no datagram costs an allocation. Injected by another thread, over a scripted
 * Winsock. */
#define _POSIX_C_SOURCE 200809L
#include "scripted_capture.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

enum { COUNT = 50000, BATCH = 100 };

static int allocations, counting;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size)
{
    allocations += counting;
    return __real_malloc(size);
}
void *__wrap_calloc(size_t count, size_t size)
{
    allocations += counting;
    return __real_calloc(count, size);
}
void *__wrap_realloc(void *old, size_t size)
{
    allocations += counting;
    return __real_realloc(old, size);
}

/* In bursts of changing size; each datagram has room, so that none may be missing. */
static void *inject(void *argument)
{
    uint8_t bytes[1500];
    (void)argument;
    for (uint32_t number = 0; number < COUNT; number++) {
        uint32_t length = 32 + number * 7 % (sizeof bytes - 32);
        make_v4(bytes, length, number);
        while (!scripted_deliver(4, bytes, length, NULL))
            sched_yield();
        if (number % 97 == 0)
            sched_yield();
    }
    return NULL;
}

enum how { WAIT_IN_RECV, WAIT_FOR_HANDLE, WAIT_WITH_RELEASE };

static void receive_all(enum how how, int batch)
{
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    ipfunnel *const captures[] = { h };
    const ipfunnel_datagram *d[BATCH];
    uint32_t next = 0;
    pthread_t thread;
    allocations = 0;
    CHECK_INT(pthread_create(&thread, NULL, inject, NULL), 0);
    counting = 1;
    while (next < COUNT) {
        if (how != WAIT_IN_RECV)
            CHECK_INT(ipfunnel_wait(captures, 1, 10000), 1);
        int n = ipfunnel_recv(h, d, batch, how == WAIT_IN_RECV ? 10000 : 0);
        CHECK(n > 0 || (n == 0 && how != WAIT_IN_RECV));
        for (int i = 0; i < n; i++) {
            CHECK_INT(number_in(d[i]), next);
            CHECK_INT(d[i]->length, 32 + next * 7 % (1500 - 32));
            next++;
        }
        if (how == WAIT_WITH_RELEASE)
            ipfunnel_release(h);
    }
    counting = 0;
    pthread_join(thread, NULL);
    CHECK(!next_of(h));
    CHECK_INT(allocations, 0);
    close_and_check(h);
}

static void by_recv_in_batches(void) { receive_all(WAIT_IN_RECV, BATCH); }
static void by_recv_one_at_a_time(void) { receive_all(WAIT_IN_RECV, 1); }
static void by_the_wait_handle(void) { receive_all(WAIT_FOR_HANDLE, 7); }
static void by_the_wait_handle_with_release(void) { receive_all(WAIT_WITH_RELEASE, BATCH); }

/* The thread that interrupts never loses a wake-up to a receive that is posted at the same time. */
static atomic_bool enough;

static void *interrupt_often(void *argument)
{
    while (!atomic_load(&enough)) {
        ipfunnel_interrupt(argument);
        sched_yield();
    }
    return NULL;
}

static void interrupts_from_another_thread_are_never_lost(void)
{
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    const ipfunnel_datagram *d[4];
    pthread_t thread;
    uint8_t bytes[40];
    int interrupts = 0;
    atomic_store(&enough, false);
    make_v4(bytes, sizeof bytes, 1);
    CHECK_INT(pthread_create(&thread, NULL, interrupt_often, h), 0);
    while (interrupts < 100) {
        scripted_deliver(4, bytes, sizeof bytes, NULL);
        int n = ipfunnel_recv(h, d, 4, 10000);
        CHECK(n > 0 || n == IPFUNNEL_INTERRUPTED);
        interrupts += n == IPFUNNEL_INTERRUPTED;
    }
    atomic_store(&enough, true);
    pthread_join(thread, NULL);
    int last = ipfunnel_recv(h, d, 4, 0);         /* the last one waits to be told, unless it was told already */
    CHECK(last == IPFUNNEL_INTERRUPTED || last >= 0);
    close_and_check(h);
}

static atomic_int asked;

static void *interrupt_when_asked(void *argument)
{
    const struct timespec moment = { .tv_nsec = 500000 };
    for (int done = 0; done < 50; done++) {
        while (atomic_load(&asked) == done)
            sched_yield();
        nanosleep(&moment, NULL);                 /* long enough for most waits to have begun; either way it counts */
        ipfunnel_interrupt(argument);
    }
    return NULL;
}

static void an_interrupt_ends_a_wait_for_which_nothing_comes(void)
{
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    const ipfunnel_datagram *d[4];
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, interrupt_when_asked, h), 0);
    for (int i = 1; i <= 50; i++) {
        atomic_store(&asked, i);
        CHECK_INT(ipfunnel_recv(h, d, 4, -1), IPFUNNEL_INTERRUPTED);
    }
    pthread_join(thread, NULL);
    close_and_check(h);
}

int main(void)
{
    RUN(by_recv_in_batches);
    RUN(by_recv_one_at_a_time);
    RUN(by_the_wait_handle);
    RUN(by_the_wait_handle_with_release);
    RUN(interrupts_from_another_thread_are_never_lost);
    RUN(an_interrupt_ends_a_wait_for_which_nothing_comes);
    return 0;
}

/* scripted_no_memory_linux.c - each allocation of a capture of sio_rcvall fails in turn, over a scripted Winsock: the
 * call says ENOMEM, and every socket is given back. The linker puts the functions below in front of the C library's. */
#include "scripted_capture.h"

static int allocations_left = -1;              /* -1: none fails */

static int fails_now(void) { return allocations_left >= 0 && allocations_left-- == 0; }

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size) { return fails_now() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) { return fails_now() ? NULL : __real_calloc(count, size); }

/* Returns how many allocations there are to fail. */
static int open_each(const char *interface)
{
    for (int number = 0; number < 100; number++) {
        ipfunnel_options o = options_on(interface);
        ipfunnel_error e = { .status = 0 };
        ipfunnel *h = NULL;
        scripted_reset();
        allocations_left = number;
        int status = ipfunnel_open(&h, &o, &e);
        int unused = allocations_left;
        allocations_left = -1;
        if (status == 0)
            close_and_check(h);
        else
            CHECK_STR(ipfunnel_status_text(status), "ENOMEM");
        CHECK_INT(scripted_open_sockets(), 0);
        CHECK_INT(scripted_starts(), 0);
        if (unused >= 0)
            return number;
    }
    CHECK(0 && "open comes to an end");
    return 0;
}

static void opening(void) { CHECK(open_each("10.0.0.1") > 3); }
static void opening_both_families(void) { CHECK(open_each("port0") > 5); }

/* A change that cannot be looked at for lack of memory: the capture goes on. */
static void looking_at_a_change(void)
{
    const ipfunnel_datagram *d = NULL;
    ipfunnel_options o = options_on("10.0.0.1");
    o.flags = IPFUNNEL_OPEN_EVENTS;
    scripted_reset();
    ipfunnel *h = open_with(&o);
    for (int number = 0; number < 2; number++) {
        ipfunnel_event event = IPFUNNEL_EVENT_INIT;
        scripted_announce(4);
        allocations_left = number;
        CHECK_INT(ipfunnel_recv(h, &d, 1, 0), IPFUNNEL_EVENT);
        allocations_left = -1;
        CHECK_INT(ipfunnel_next_event(h, &event), 1);
        CHECK_INT(event.kind, IPFUNNEL_EVENT_MISSED);
    }
    deliver_v4(1);
    expect_numbers(h, 1, 1);
    close_and_check(h);
}

int main(void)
{
    RUN(opening);
    RUN(opening_both_families);
    RUN(looking_at_a_change);
    return 0;
}

/* no_memory_linux.c - each allocation of a call fails in turn: the call says ENOMEM and what to do, and what it had
 * acquired is given back. The linker puts the functions below in front of those of the C library (--wrap). */
#include "check.h"
#include "open_descriptors_posix.h"
#include <ipfunnel_file.h>
#include <ipfunnel_filter.h>

static int allocations_left = -1;              /* -1: none fails */

static int fails_now(void)
{
    return allocations_left >= 0 && allocations_left-- == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size) { return fails_now() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) { return fails_now() ? NULL : __real_calloc(count, size); }
void *__wrap_realloc(void *old, size_t size) { return fails_now() ? NULL : __real_realloc(old, size); }

/* Calls `call`, which makes and ends something, with the first, second, ... allocation failing, until none does. */
static void each_failure(int (*call)(ipfunnel_error *error))
{
    enum { MOST = 100 };
    for (int number = 0; number < MOST; number++) {
        ipfunnel_error error = { .status = 0 };
        int before = open_descriptors();
        allocations_left = number;
        int status = call(&error);
        int unused = allocations_left;
        allocations_left = -1;
        CHECK_INT(open_descriptors(), before);
        if (unused >= 0) {
            CHECK_INT(status, 0);
            CHECK(number > 0);
            return;
        }
        CHECK_STR(ipfunnel_status_text(status), "ENOMEM");
        CHECK_INT(error.status, IPFUNNEL_ENOMEM);
        CHECK(error.where[0] && error.text[0] && error.remedy[0]);
    }
    CHECK(0 && "the call came to an end");
}

static int open_memory(ipfunnel_error *error)
{
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    ipfunnel *capture = NULL;
    options.backend = "memory";
    options.interface_name = "192.0.2.1/24,2001:db8::1/64";
    options.start = IPFUNNEL_MODE_ON;
    int status = ipfunnel_open(&capture, &options, error);
    CHECK(!status == (capture != NULL));
    ipfunnel_close(capture);
    return status;
}

/* What libpcap allocates itself is not among the failures: it has its own allocator. */
static int compile_filter(ipfunnel_error *error)
{
    ipfunnel_filter *filter = NULL;
    int status = ipfunnel_filter_compile(&filter, "udp port 53", error);
    CHECK(!status == (filter != NULL));
    ipfunnel_filter_free(filter);
    return status;
}

/* A filter that is not to be had leaves the one before. */
static int replace_filter(ipfunnel_error *error)
{
    static ipfunnel *capture;
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    int left = allocations_left;
    allocations_left = -1;
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    options.backend = "memory";
    options.filter = "tcp";
    CHECK_INT(ipfunnel_open(&capture, &options, error), 0);
    allocations_left = left;
    int status = ipfunnel_set_filter(capture, "udp");
    CHECK_INT(ipfunnel_info(capture, &info), 0);
    CHECK_STR(info.filter, status ? "tcp" : "udp");
    if (status)
        *error = *ipfunnel_last_error(capture);
    ipfunnel_close(capture);
    return status;
}

static int list_interfaces(ipfunnel_error *error)
{
    const ipfunnel_interface *chain = NULL;
    int count = ipfunnel_interfaces(&chain, error);
    ipfunnel_interfaces_free(chain);
    return count < 0 ? count : 0;
}

static int watch_interfaces(ipfunnel_error *error)
{
    ipfunnel *watch = NULL;
    int status = ipfunnel_watch(&watch, error);
    CHECK(!status == (watch != NULL));
    ipfunnel_close(watch);
    return status;
}

static int write_file(ipfunnel_error *error)
{
    ipfunnel_writer_options options = IPFUNNEL_WRITER_OPTIONS_INIT;
    ipfunnel_writer_interface description = IPFUNNEL_WRITER_INTERFACE_INIT;
    ipfunnel_writer *writer = NULL;
    options.path = "/dev/null";
    description.name = "eth0";
    int status = ipfunnel_writer_open(&writer, &options, error);
    if (status < 0)
        return status;
    status = ipfunnel_writer_add_interface(writer, &description);
    if (status >= 0)
        status = ipfunnel_writer_rotate(writer, "/dev/null");
    if (status < 0)
        *error = *ipfunnel_writer_last_error(writer);
    CHECK_INT(ipfunnel_writer_close(writer, NULL), 0);
    return status;
}

static void opening_a_capture(void) { each_failure(open_memory); }
static void compiling_a_filter(void) { each_failure(compile_filter); }
static void replacing_a_filter(void) { each_failure(replace_filter); }
static void listing_interfaces(void) { each_failure(list_interfaces); }
static void watching_interfaces(void) { each_failure(watch_interfaces); }
static void writing_a_file(void) { each_failure(write_file); }

int main(void)
{
    RUN(opening_a_capture);
    ipfunnel_error error;
    if (compile_filter(&error) != IPFUNNEL_EOPNOTSUPP) {
        RUN(compiling_a_filter);
        RUN(replacing_a_filter);
    }
    RUN(listing_interfaces);
    RUN(watching_interfaces);
    RUN(writing_a_file);
    return 0;
}

/* af_packet_errors_posix.c - the errors a user meets first, in words: what failed, on what, why, and what to do. */
#define _GNU_SOURCE
#include "live_posix.h"
#include <unistd.h>

static void a_ring_larger_than_half_the_memory_is_refused(void)
{
    ipfunnel_error error;
    uint64_t memory_mib = ((uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE)) >> 20;
    char size[32];
    const uint64_t sizes[] = { memory_mib / 6 * 4 << 20, UINT64_C(1) << 50, UINT64_MAX };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        CHECK_INT(open_error(OPTIONS(.interface_name = "va", .ring_bytes = sizes[i]), &error), IPFUNNEL_ENOMEM);
        snprintf(size, sizeof size, " %llu MiB", (unsigned long long)(sizes[i] >> 20));
        if (i < 2)
            CHECK_CONTAINS(error.text, size);
        snprintf(size, sizeof size, "(%llu MiB)", (unsigned long long)memory_mib);
        CHECK_CONTAINS(error.text, size);
        CHECK_CONTAINS(error.remedy, "-B");
        CHECK_CONTAINS(error.remedy, "ring_bytes");
    }
}

static void no_such_interface_names_it(void)
{
    ipfunnel_error error;
    CHECK_INT(open_error(OPTIONS(.interface_name = "nosuch0"), &error), IPFUNNEL_ENODEV);
    CHECK_CONTAINS(error.text, "nosuch0");
}

static void expect_no_permission(void)
{
    ipfunnel_error error;
    char program[256] = "";
    CHECK(readlink("/proc/self/exe", program, sizeof program - 1) > 0);
    CHECK_INT(open_error(OPTIONS(.interface_name = "va"), &error), IPFUNNEL_EACCES);
    CHECK_STR(error.where, "socket(AF_PACKET)");
    CHECK(error.os_code != 0);
    CHECK_CONTAINS(error.text, "Operation not permitted (EPERM)");
    CHECK_CONTAINS(error.remedy, "sudo setcap cap_net_raw+ep ");
    if (strlen(program) < 200)
        CHECK_CONTAINS(error.remedy, program);
    CHECK_CONTAINS(error.remedy, "unshare -Urn");
    CHECK_INT(ipfunnel_probe("af_packet", &error), IPFUNNEL_EACCES);
    CHECK_CONTAINS(error.remedy, "setcap");
}

static void no_permission_says_which_command_gives_it(void)
{
    without_capabilities(expect_no_permission);
}

static void with_permission_the_probe_says_so(void)
{
    ipfunnel_error error;
    CHECK_INT(ipfunnel_probe("af_packet", &error), IPFUNNEL_OK);
}

int main(void)
{
    RUN(with_permission_the_probe_says_so);
    RUN(a_ring_larger_than_half_the_memory_is_refused);
    RUN(no_such_interface_names_it);
    RUN(no_permission_says_which_command_gives_it);
    return 0;
}

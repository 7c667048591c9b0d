/* af_packet_errors_posix.c - the errors a user meets first, in words: what failed, on what, why, and what to do. */
#define _GNU_SOURCE
#include "live_posix.h"
#include <linux/capability.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_error(ipfunnel_options options, ipfunnel_error *error)
{
    ipfunnel *capture = NULL;
    options.size = sizeof options;
    options.backend = "af_packet";
    int status = ipfunnel_open(&capture, &options, error);
    CHECK_INT(status, error->status);
    CHECK(status < 0 && !capture);
    printf("  %s: %s (%s)\n", ipfunnel_status_text(status), error->text, error->remedy);
    return status;
}

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

/* No capabilities at all, as any user's program; in a child, because there is no way back. */
static void no_permission_says_which_command_gives_it(void)
{
    pid_t child = fork();
    CHECK(child >= 0);
    if (child > 0) {
        int status;
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        return;
    }
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct none[2] = { { .effective = 0 } };
    CHECK(syscall(SYS_capset, &header, none) == 0);

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
    exit(0);
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

/* pcap_errors_posix.c - the errors of libpcap that a user meets first: what failed, on what, why, and what to do. */
#define _GNU_SOURCE
#include "live_posix.h"
#include <unistd.h>

static void no_such_interface_names_it(void)
{
    ipfunnel_error error;
    CHECK_INT(open_error(OPTIONS(.interface_name = "nosuch0"), &error), IPFUNNEL_ENODEV);
    CHECK_CONTAINS(error.text, "nosuch0");
}

static void a_buffer_beyond_libpcap_says_how_large_it_may_be(void)
{
    ipfunnel_error error;
    CHECK_INT(open_error(OPTIONS(.interface_name = "va", .ring_bytes = UINT64_C(3) << 30), &error), IPFUNNEL_ENOMEM);
    CHECK_CONTAINS(error.text, "3072 MiB");
    CHECK_CONTAINS(error.text, "2047 MiB");
    CHECK_CONTAINS(error.remedy, "ring_bytes");
}

static void expect_no_permission(void)
{
    ipfunnel_error error;
    CHECK_INT(open_error(OPTIONS(.interface_name = "va"), &error), IPFUNNEL_EACCES);
    CHECK_STR(error.where, "pcap_activate");
    CHECK_CONTAINS(error.text, "cannot capture on va");
    CHECK_CONTAINS(error.remedy, "sudo setcap cap_net_raw+ep ");
    CHECK_CONTAINS(error.remedy, "unshare -Urn");
    CHECK_INT(ipfunnel_probe("pcap", &error), IPFUNNEL_EACCES);
    CHECK_CONTAINS(error.remedy, "setcap");
}

static void no_permission_says_which_command_gives_it(void)
{
    without_capabilities(expect_no_permission);
}

static void with_permission_the_probe_says_so(void)
{
    ipfunnel_error error;
    CHECK_INT(ipfunnel_probe("pcap", &error), IPFUNNEL_OK);
}

static void fanout_is_named_as_what_it_cannot_do(void)
{
    ipfunnel_error error;
    CHECK_INT(open_error(OPTIONS(.interface_name = "va", .fanout_group = 1), &error), IPFUNNEL_EOPNOTSUPP);
}

/* What libpcap says of it names no place; savefile does. */
static void a_cut_file_ends_with_the_backend_that_says_where(void)
{
    static const uint8_t cut[24 + 16 + 8] = { 0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, [18] = 4, [20] = 101, [32] = 40,
                                              [36] = 40 };
    char path[] = "/tmp/ipfunnel-cut-XXXXXX";
    int fd = mkstemp(path);
    const ipfunnel_datagram *datagram;
    ipfunnel *capture = NULL;
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    options.backend = "pcap";
    options.file = path;
    options.start = IPFUNNEL_MODE_ON;
    CHECK(fd >= 0 && write(fd, cut, sizeof cut) == sizeof cut);
    options.flags = IPFUNNEL_OPEN_EVENTS;
    ipfunnel_error error;
    CHECK_INT(ipfunnel_open(&capture, &options, &error), IPFUNNEL_EOPNOTSUPP);
    CHECK_CONTAINS(error.text, "interface events");
    options.flags = 0;
    int status = ipfunnel_open(&capture, &options, NULL);
    unlink(path);
    close(fd);
    CHECK_INT(status, IPFUNNEL_OK);
    CHECK_INT(ipfunnel_recv(capture, &datagram, 1, -1), IPFUNNEL_EIO);
    CHECK_CONTAINS(ipfunnel_last_error(capture)->text, path);
    CHECK_CONTAINS(ipfunnel_last_error(capture)->remedy, "savefile");
    ipfunnel_close(capture);
}

int main(void)
{
    live_backend = "pcap";
    RUN(a_cut_file_ends_with_the_backend_that_says_where);
    RUN(with_permission_the_probe_says_so);
    RUN(no_such_interface_names_it);
    RUN(a_buffer_beyond_libpcap_says_how_large_it_may_be);
    RUN(fanout_is_named_as_what_it_cannot_do);
    RUN(no_permission_says_which_command_gives_it);
    return 0;
}

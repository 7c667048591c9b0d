/* consumer.c - what a project that uses the library does: compare versions, list the interfaces, and pass one datagram
 * through the memory backend. Valid as C11 and as C++11, so that each way of building it serves both. */
#include <ipfunnel.h>
#include <stdio.h>
#include <string.h>

static int fail(const char *what, const ipfunnel_error *error)
{
    fprintf(stderr, "%s: %s\n%s\n", what, error->text, error->remedy);
    return 1;
}

int main(void)
{
    static const uint8_t packet[28] = { 0x45, 0, 0, 28, 0, 1, 0,  0, 64, 17,   0,    0,  10, 9,
                                        0,    1, 10, 9, 0, 2, 15, 160, 0, 53, 0, 8, 0, 0 };
    ipfunnel_error error;
    const ipfunnel_interface *chain = NULL;
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_frame frame = IPFUNNEL_FRAME_INIT;
    const ipfunnel_datagram *datagrams[4];
    ipfunnel *capture = NULL;
    char line[200];

    if (ipfunnel_version() != (IPFUNNEL_VERSION_MAJOR << 16 | IPFUNNEL_VERSION_MINOR << 8 | IPFUNNEL_VERSION_PATCH)) {
        fprintf(stderr, "header and library are of different versions\n");
        return 1;
    }
    if (ipfunnel_interfaces(&chain, &error) < 0)
        return fail("ipfunnel_interfaces", &error);
    for (const ipfunnel_interface *i = chain; i; i = i->next)
        printf("%u %s\n", (unsigned)i->index, i->name);
    ipfunnel_interfaces_free(chain);

    options.backend = "memory";
    options.start = IPFUNNEL_MODE_ON;
    if (ipfunnel_open(&capture, &options, &error) != 0)
        return fail("ipfunnel_open", &error);
    frame.bytes = packet;
    frame.captured_length = sizeof packet;
    frame.link_type = 101;                    /* LINKTYPE_RAW */
    frame.time_ns = IPFUNNEL_TIME_UNKNOWN;
    if (ipfunnel_push(capture, &frame) != 0)
        return fail("ipfunnel_push", ipfunnel_last_error(capture));
    int count = ipfunnel_recv(capture, datagrams, 4, 0);
    if (count < 0)
        return fail("ipfunnel_recv", ipfunnel_last_error(capture));
    if (count != 1 || datagrams[0]->length != sizeof packet ||
        memcmp(datagrams[0]->bytes, packet, sizeof packet) != 0) {
        fprintf(stderr, "expected the one datagram that was pushed, got %d\n", count);
        return 1;
    }
    puts(ipfunnel_format(datagrams[0], line, sizeof line));
    ipfunnel_close(capture);
    return 0;
}

/* same_datagrams.c - compares the datagrams of the traffic script in two capture files: every byte, in the order of
 * each IP version. What else passed while they were captured is left out.
 *
 *   same_datagrams REFERENCE OTHER LEAST [withheld]
 *     LEAST      so many have to be there
 *     withheld   the IPv6 headers of OTHER are rebuilt: addresses, hop limit and what follows the headers agree */
#include "check.h"
#include <ipfunnel.h>
#include <stdbool.h>

enum { MEANT = IPFUNNEL_SNAPPED | IPFUNNEL_SHORT | IPFUNNEL_LENGTH_ASSUMED };

static ipfunnel *open_file(const char *path, uint32_t family)
{
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error error;
    ipfunnel *capture = NULL;
    options.file = path;
    options.backend = "savefile";
    options.families = family;
    options.start = IPFUNNEL_MODE_ON;
    if (ipfunnel_open(&capture, &options, &error)) {
        fprintf(stderr, "%s; %s\n", error.text, error.remedy);
        exit(1);
    }
    return capture;
}

/* From 10.77.0.1 to 10.77.0.2, from fd77::1 to fd77::2. */
static bool is_of_script(const ipfunnel_datagram *d)
{
    static const uint8_t v4[8] = { 10, 77, 0, 1, 10, 77, 0, 2 };
    static const uint8_t v6[32] = { 0xfd, 0x77, [15] = 1, [16] = 0xfd, 0x77, [31] = 2 };
    return d->version == 4 ? d->length >= 20 && memcmp(d->bytes + 12, v4, sizeof v4) == 0
                           : d->length >= 40 && memcmp(d->bytes + 8, v6, sizeof v6) == 0;
}

static const ipfunnel_datagram *next(ipfunnel *capture)
{
    const ipfunnel_datagram *d = NULL;
    int n;
    do
        n = ipfunnel_recv(capture, &d, 1, -1);
    while (n == 1 && !is_of_script(d));
    CHECK(n == 1 || n == IPFUNNEL_END);
    return n == 1 ? d : NULL;
}

static bool same(const ipfunnel_datagram *a, const ipfunnel_datagram *b)
{
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0
           && a->original_length == b->original_length && (a->flags & MEANT) == (b->flags & MEANT);
}

/* The same but for the headers, which b has rebuilt: that it says so is part of it. */
static bool same_without_headers(const ipfunnel_datagram *a, const ipfunnel_datagram *b)
{
    ipfunnel_headers h = IPFUNNEL_HEADERS_INIT;
    CHECK_INT(ipfunnel_read_headers(a, &h), 0);
    uint32_t payload = a->length - h.transport_offset;
    return b->length == 40 + payload && memcmp(a->bytes + h.transport_offset, b->bytes + 40, payload) == 0
           && a->bytes[7] == b->bytes[7] && b->flags & IPFUNNEL_HEADER_REBUILT;
}

static void show(const char *what, const ipfunnel_datagram *d)
{
    char line[200] = "nothing";
    fprintf(stderr, "  %s: %s\n", what, d ? ipfunnel_format(d, line, sizeof line) : line);
}

static long count_rest(ipfunnel *capture)
{
    long count = 0;
    while (next(capture))
        count++;
    return count;
}

static long compare(const char *reference, const char *other, uint32_t family, bool rebuilt)
{
    ipfunnel *a = open_file(reference, family), *b = open_file(other, family);
    const ipfunnel_datagram *x, *y;
    long count = 0;
    while (x = next(a), y = next(b), x && y && (rebuilt ? same_without_headers(x, y) : same(x, y)))
        count++;
    if (x || y) {
        fprintf(stderr, "datagram %ld of IPv%d differs\n", count + 1, family == IPFUNNEL_IPV4 ? 4 : 6);
        show(reference, x);
        show(other, y);
        long more_a = x ? count_rest(a) : 0, more_b = y ? count_rest(b) : 0;
        fprintf(stderr, "  behind these %ld and %ld more\n", more_a, more_b);
        exit(1);
    }
    ipfunnel_close(a);
    ipfunnel_close(b);
    return count;
}

int main(int argc, char **argv)
{
    CHECK(argc == 4 || argc == 5);
    bool rebuilt = argc == 5 && strcmp(argv[4], "withheld") == 0;
    long v4 = compare(argv[1], argv[2], IPFUNNEL_IPV4, false), v6 = compare(argv[1], argv[2], IPFUNNEL_IPV6, rebuilt);
    printf("%ld datagrams of IPv4 and %ld of IPv6, 0 differences\n", v4, v6);
    CHECK(v4 + v6 >= strtol(argv[3], NULL, 10));
    return 0;
}

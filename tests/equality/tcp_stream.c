#include "tcp_stream.h"
#include "check.h"

enum { PORT = 5001, MTU = 1500, SYN = 2 };

const char *tcp_stream_wrong(const struct view *v, uint32_t bytes, uint32_t supers)
{
    static char message[200];
    uint8_t *have = calloc(bytes, 1);
    uint32_t first = 0, covered = 0, longer = 0;
    const char *wrong = NULL;
    CHECK(have);
    for (size_t i = 0; i < v->count && !wrong; i++) {
        const ipfunnel_datagram *d = &v->records[i].d;
        ipfunnel_headers h = IPFUNNEL_HEADERS_INIT;
        CHECK_INT(ipfunnel_read_headers(d, &h), 0);
        if (h.protocol != 6 || h.destination_port != PORT)
            continue;
        const uint8_t *tcp = d->bytes + h.transport_offset;
        uint32_t sequence = (uint32_t)tcp[4] << 24 | (uint32_t)tcp[5] << 16 | (uint32_t)tcp[6] << 8 | tcp[7];
        if (h.tcp_flags & SYN)
            first = sequence + 1;
        longer += d->length > MTU;
        for (uint32_t k = h.transport_offset + (uint32_t)(tcp[12] >> 4) * 4; k < d->length && !wrong; k++, sequence++) {
            uint32_t at = sequence - first;
            if (at >= bytes || d->bytes[k] != (uint8_t)(at * 31 + (at >> 12))) {
                wrong = "a byte of the stream is not what was sent";
            } else {
                covered += !have[at];
                have[at] = 1;
            }
        }
    }
    free(have);
    if (!wrong && (covered != bytes || longer < supers)) {
        snprintf(message, sizeof message, "%u of %u bytes of the stream, %u super-datagrams of at least %u", covered,
                 bytes, longer, supers);
        wrong = message;
    }
    return wrong;
}

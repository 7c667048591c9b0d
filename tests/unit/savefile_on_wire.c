/* savefile_on_wire.c - super-datagrams that our own writer recorded are cut when they are read; what a file says was
 * done before is not done again, and what it does not tell is not guessed. */
#define TEST_NAME "savefile_on_wire"
#include "capture_bytes.h"
#include "super_datagrams.h"
#include <ipfunnel_file.h>

static void write_file_of(const ipfunnel_datagram *d)
{
    ipfunnel_writer_options o = IPFUNNEL_WRITER_OPTIONS_INIT;
    ipfunnel_writer_interface a = IPFUNNEL_WRITER_INTERFACE_INIT;
    ipfunnel_writer *w = NULL;
    o.path = PATH;
    CHECK_INT(ipfunnel_writer_open(&w, &o, NULL), 0);
    CHECK_INT(ipfunnel_writer_add_interface(w, &a), 0);
    CHECK_INT(ipfunnel_writer_write(w, 0, &d, 1), 0);
    CHECK_INT(ipfunnel_writer_close(w, NULL), 0);
}

static ipfunnel *open_on_wire(void)
{
    ipfunnel_options o = read_options();
    ipfunnel *h = NULL;
    o.flags |= IPFUNNEL_OPEN_ON_WIRE;
    CHECK_INT(ipfunnel_open(&h, &o, NULL), 0);
    return h;
}

static ipfunnel_datagram super_of(const struct super *s, struct bytes *b)
{
    build_super(b, s);
    return (ipfunnel_datagram){ .bytes = b->at, .length = b->length, .original_length = b->length,
                                .version = (uint8_t)s->version, .time_ns = 5, .flags = IPFUNNEL_SEGMENTATION,
                                .direction = IPFUNNEL_DIRECTION_OUT, .direction_source = IPFUNNEL_SAYS_KERNEL,
                                .segment_size = (uint16_t)s->size, .checksum = IPFUNNEL_CHECKSUM_NOT_READY };
}

static const struct super supers[] = {
    { TCP4, .payload = 64000, .size = 1448, .tcp_options = 12, .identification = 65530, .flags = 0x19 },
    { TCP6, .payload = 64000, .size = 1428, .tcp_options = 12, .sequence = UINT32_MAX - 5000 },
    { UDP4, .payload = 5000, .size = 1000 },
    { UDP6, .payload = 5000, .size = 1000 },
    { TCP4, .payload = 180000, .size = 1448, .no_length = true },
    { TCP6, .payload = 180000, .size = 1428, .jumbo = true },
};

static void recorded_supers_are_cut(void)
{
    static struct bytes super, expected;
    for (size_t i = 0; i < sizeof supers / sizeof *supers; i++)
        for (int sent = 0; sent < 2; sent++) {
            const struct super *s = &supers[i];
            const ipfunnel_datagram *out[3];
            ipfunnel_datagram d = super_of(s, &super);
            d.flags |= s->no_length ? IPFUNNEL_LENGTH_ASSUMED : 0;
            if (!sent)
                d.direction_source = IPFUNNEL_SAYS_ADDRESSES;
            write_file_of(&d);
            ipfunnel *h = open_on_wire();
            for (uint32_t n = 0; n < segments_of(s); n++) {
                build_segment(&expected, s, n);
                CHECK_INT(ipfunnel_recv(h, out, 3, 0), 1);
                CHECK_INT(out[0]->length, expected.length);
                CHECK_BYTES(out[0]->bytes, expected.at, expected.length);
                CHECK_INT(out[0]->flags, IPFUNNEL_CHECKSUM_FILLED | (sent ? 0 : IPFUNNEL_RECONSTRUCTED));
                CHECK_INT(out[0]->time_ns, 5);
            }
            expect_end(h);
            close_bytes(h);
        }
}

static void what_was_left_uncut_stays_so(void)
{
    static struct bytes super;
    const ipfunnel_datagram *out[3];
    ipfunnel_datagram d = super_of(&supers[0], &super);
    d.flags |= IPFUNNEL_NOT_CUT;
    write_file_of(&d);
    ipfunnel *h = open_on_wire();
    CHECK_INT(ipfunnel_recv(h, out, 3, 0), 1);
    CHECK_INT(out[0]->flags, d.flags);
    CHECK_INT(out[0]->length, d.length);
    CHECK_BYTES(out[0]->bytes, d.bytes, d.length);
    expect_end(h);
    close_bytes(h);
}

static void without_a_size_nothing_is_cut(void)
{
    static struct bytes super;
    const ipfunnel_datagram *out[3];
    ipfunnel_datagram d = super_of(&supers[1], &super);
    d.segment_size = 0;
    write_file_of(&d);
    ipfunnel *h = open_on_wire();
    CHECK_INT(ipfunnel_recv(h, out, 3, 0), 1);
    CHECK_INT(out[0]->flags, IPFUNNEL_SEGMENTATION | IPFUNNEL_NOT_CUT);
    CHECK_BYTES(out[0]->bytes, d.bytes, d.length);
    close_bytes(h);
}

static void checksums_are_filled_in_once(void)
{
    static struct bytes left, expected;
    const struct super s = { UDP4, .payload = 100, .size = 100 };
    const ipfunnel_datagram *out[3];
    ipfunnel_datagram d = super_of(&s, &left);
    build_segment(&expected, &s, 0);
    d.flags = 0;
    d.segment_size = 0;
    for (int round = 0; round < 2; round++) {
        write_file_of(&d);
        ipfunnel *h = open_on_wire();
        CHECK_INT(ipfunnel_recv(h, out, 3, 0), 1);
        CHECK_INT(out[0]->flags, IPFUNNEL_CHECKSUM_FILLED);
        CHECK_INT(out[0]->checksum, IPFUNNEL_CHECKSUM_UNKNOWN);
        CHECK_BYTES(out[0]->bytes, expected.at, expected.length);
        d = *out[0];
        d.bytes = expected.at;
        close_bytes(h);
    }
}

int main(void)
{
    RUN(recorded_supers_are_cut);
    RUN(what_was_left_uncut_stays_so);
    RUN(without_a_size_nothing_is_cut);
    RUN(checksums_are_filled_in_once);
    return 0;
}

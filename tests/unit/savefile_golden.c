/* Small files of every kind, cut at every byte, and with the bytes 00 01 7f 80 ff at every place: whatever comes is a
 * datagram or a clear end, within bounded time, and nothing leaks. The sanitizers see the rest. */
#define TEST_NAME "savefile_golden"
#include "capture_bytes.h"
#include <time.h>

enum { MOST_RECORDS = 2000, MOST_SECONDS = 50 };

static int files, datagrams, ended, cut, refused;

static void read_all(const uint8_t *bytes, size_t length)
{
    ipfunnel_options o = read_options();
    ipfunnel_error e = { 0 };
    ipfunnel *h = NULL;
    const ipfunnel_datagram *d[3];
    int n = 0, records = 0;
    write_file(bytes, length);
    o.ring_bytes = 1;
    files++;
    if (ipfunnel_open(&h, &o, &e) < 0) {
        CHECK(e.text[0] && e.remedy[0]);
        refused++;
        return;
    }
    while ((n = ipfunnel_recv(h, d, 3, -1)) > 0)
        for (int i = 0; i < n; i++, records++) {
            CHECK(d[i]->length <= length);
            CHECK(d[i]->bytes[0] >> 4 == d[i]->version);
            CHECK(d[i]->interface_name);
        }
    CHECK(records < MOST_RECORDS);
    datagrams += records;
    const ipfunnel_error *last = ipfunnel_last_error(h);
    ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
    CHECK_INT(ipfunnel_stats(h, &s), 0);
    CHECK_INT(s.frames, s.carrying_ip + s.not_ip + s.malformed + s.unknown_link + s.pending);
    if (n != IPFUNNEL_END) {
        CHECK_INT(last->status, n);
        CHECK(last->text[0] && last->remedy[0]);
        refused++;
    } else if (last->status == IPFUNNEL_END) {
        cut++;
    } else {
        ended++;
    }
    ipfunnel_close(h);
}

static void treat_badly(struct file *f)
{
    static const uint8_t values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
    clock_t start = clock();
    for (size_t length = 0; length <= f->length; length++)
        read_all(f->bytes, length);
    for (size_t at = 0; at < f->length; at++) {
        uint8_t good = f->bytes[at];
        for (size_t v = 0; v < sizeof values; v++) {
            f->bytes[at] = values[v];
            read_all(f->bytes, f->length);
        }
        f->bytes[at] = good;
    }
    CHECK((clock() - start) / CLOCKS_PER_SEC < MOST_SECONDS);
}

static void pcap_files(void)
{
    static const uint32_t magics[] = { 0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34, 0x1c0001ac };
    for (int i = 0; i < 4; i++) {
        struct file f = { .big_endian = i % 2 };
        pcap_header(&f, magics[i], 2 << 16 | (i == 0 ? 3 : 4), 101);
        if (i == 3)
            put32(&f, 0);
        for (uint8_t record = 0; record < 2; record++) {
            pcap_record(&f, record, 1, record);
            if (i == 2) {                                 /* longer record headers: in front of the datagram */
                memmove(f.bytes + f.length - NUMBERED + 8, f.bytes + f.length - NUMBERED, NUMBERED);
                memset(f.bytes + f.length - NUMBERED, 4, 8);
                f.length += 8;
            }
        }
        treat_badly(&f);
    }
}

static void a_pcapng_file(void)
{
    struct file f = { .length = 0 };
    section(&f, false);
    interface_begin(&f, 101, 64);
    option_text(&f, 2, "en0");
    option_number(&f, 9, 9, 1);
    option_number(&f, 14, 5, 8);
    option_text(&f, 1, "ipfunnel: clock_resolution=1, dropped=counted");
    option(&f, 0, NULL, 0);
    block_end(&f);
    packet_open(&f, 0, 77, 1);
    option_number(&f, 2, 2 | 1 << 9, 4);
    option_number(&f, 4, 3, 8);
    option_text(&f, 1, "ipfunnel: time=-9, short, snapped, vlan=0x0001/0x0002, vlan_count=3");
    option(&f, 0, NULL, 0);
    block_end(&f);
    block_begin(&f, 3);
    put32(&f, NUMBERED);
    put_bytes(&f, numbered(2), NUMBERED);
    block_end(&f);
    block_begin(&f, 5);
    put32(&f, 0);
    put64(&f, 0);
    option_number(&f, 7, 12, 8);
    block_end(&f);
    treat_badly(&f);
}

static void a_pcapng_file_of_two_sections(void)
{
    struct file f = { .length = 0 };
    section(&f, true);
    interface(&f, 147, "a");
    interface(&f, 1, "b");
    block_begin(&f, 2);
    put16(&f, 1);
    put16(&f, 0xffff);
    put64(&f, 1);
    put32(&f, NUMBERED_FRAME);
    put32(&f, NUMBERED_FRAME);
    put_frame(&f, 3);
    block_end(&f);
    block_begin(&f, 0xbad);
    put64(&f, 0);
    block_end(&f);
    section(&f, false);
    interface_begin(&f, 228, 0);
    option_number(&f, 9, 0x80 | 20, 1);
    block_end(&f);
    packet(&f, 0, UINT64_C(1) << 40, 4);
    treat_badly(&f);
}

int main(void)
{
    RUN(pcap_files);
    RUN(a_pcapng_file);
    RUN(a_pcapng_file_of_two_sections);
    remove(PATH);
    printf("%d files: %d datagrams; %d ended, %d were cut, %d refused\n", files, datagrams, ended, cut, refused);
    CHECK(ended > 0 && cut > 0 && refused > 0 && datagrams > 0);
    return 0;
}

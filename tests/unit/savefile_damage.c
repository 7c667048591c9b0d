/* Files that are cut, damaged, or nothing this reader knows: what is delivered, what is said, and how much memory it
 * takes. */
#define TEST_NAME "savefile_damage"
#include "capture_bytes.h"

enum { V24 = 2 << 16 | 4 };

static void expect_text(const ipfunnel_error *e, int status, const char *text)
{
    CHECK_INT(e->status, status);
    CHECK_CONTAINS(e->text, text);
    CHECK_CONTAINS(e->text, PATH);
    CHECK(e->remedy[0]);
}

/* Nothing of the file can be read: open says so. */
static void refuses(const void *bytes, size_t length, int status, const char *text)
{
    ipfunnel_options o = read_options();
    ipfunnel_error e = { 0 };
    ipfunnel *h = NULL;
    write_file(bytes, length);
    int got = ipfunnel_open(&h, &o, &e);
    if (got != status)
        fprintf(stderr, "%s\n", e.text);
    CHECK_INT(got, status);
    CHECK(!h);
    expect_text(&e, status, text);
    remove(PATH);
}

/* A datagram comes, then this status, again and again. */
static void ends_with(const struct file *f, int status, const char *text)
{
    const ipfunnel_datagram *d;
    ipfunnel *h = open_bytes(f);
    next_is(h, 1);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(ipfunnel_recv(h, &d, 1, 0), status);
        expect_text(ipfunnel_last_error(h), status, text);
        CHECK_INT(ipfunnel_wait(&h, 1, 0), 1);
    }
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    CHECK_INT(ipfunnel_info(h, &info), 0);
    CHECK(info.buffer_bytes <= 17u << 20);
    close_bytes(h);
}

static void what_is_no_capture_is_refused(void)
{
    refuses("", 0, IPFUNNEL_EIO, "is empty");
    refuses("\xd4\xc3", 2, IPFUNNEL_EIO, "ends inside its header, after 2 bytes");
    refuses("text, and more of it, and still more", 36, IPFUNNEL_EIO, "is no capture file: it begins with 74 65 78 74");
    refuses("\xa1\xb2\x34\xcd more than twenty-four bytes", 32, IPFUNNEL_EIO, "is no capture file");
    remove(PATH);
    ipfunnel_options o = read_options();
    ipfunnel_error e = { 0 };
    ipfunnel *h = NULL;
    CHECK_INT(ipfunnel_open(&h, &o, &e), IPFUNNEL_EIO);
    expect_text(&e, IPFUNNEL_EIO, "cannot read");
    o.file = ".";
    CHECK_INT(ipfunnel_open(&h, &o, &e), IPFUNNEL_EIO);
}

static void headers_that_cannot_be_read_are_refused(void)
{
    struct file f = { .big_endian = true };
    pcap_header(&f, 0xa1b2c3d4, 3 << 16, 1);
    refuses(f.bytes, 23, IPFUNNEL_EIO, "ends inside its header, after 23 bytes");
    refuses(f.bytes, 24, IPFUNNEL_EOPNOTSUPP, "version 3.0");
    f = (struct file){ .length = 0 };
    pcap_header(&f, 0xa1b2c3d4, V24, 147);
    refuses(f.bytes, 24, IPFUNNEL_EOPNOTSUPP, "link type 147");
    f = (struct file){ .length = 0 };
    section(&f, true);
    refuses(f.bytes, 27, IPFUNNEL_EIO, "ends inside its header");
    f.bytes[8] = 0;
    refuses(f.bytes, 28, IPFUNNEL_EIO, "byte 0: the byte order mark");
    f = (struct file){ .length = 0 };
    section(&f, false);
    f.bytes[12] = 2;
    refuses(f.bytes, 28, IPFUNNEL_EIO, "pcapng version 2.0");
    f.bytes[12] = 1;
    f.bytes[4] = 24;
    refuses(f.bytes, 28, IPFUNNEL_EIO, "byte 0: a block has 24 bytes by its beginning");
}

static void begin(struct file *f)
{
    *f = (struct file){ .length = 0 };
    section(f, false);
    interface(f, 101, "x");
    packet(f, 0, 0, 1);
}

static void a_damaged_block_names_its_place(void)
{
    struct file f;
    char at[32];
    begin(&f);
    snprintf(at, sizeof at, "at byte %zu:", f.length);
    static const uint32_t lengths[] = { 0, 8, 11, 13, 14, UINT32_MAX, UINT32_MAX - 1 };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        begin(&f);
        put32(&f, 6);
        put32(&f, lengths[i]);
        put64(&f, 0);
        ends_with(&f, IPFUNNEL_EIO, at);
    }
    begin(&f);
    packet(&f, 0, 0, 2);
    f.bytes[f.length - 4] ^= 4;
    ends_with(&f, IPFUNNEL_EIO, at);
    begin(&f);
    packet(&f, 1, 0, 2);
    ends_with(&f, IPFUNNEL_EIO, "interface 1");
    for (uint32_t type = 1; type <= 6; type++)            /* too short for what they should hold */
        if (type < 4 || type == 6) {
            begin(&f);
            block_begin(&f, type);
            block_end(&f);
            ends_with(&f, IPFUNNEL_EIO, at);
        }
    begin(&f);
    packet_begin(&f, 0, 0, 9, 9);
    put64(&f, 0);
    block_end(&f);
    ends_with(&f, IPFUNNEL_EIO, "a packet of 9 bytes");
    begin(&f);
    block_begin(&f, 3);
    put32(&f, 9);
    put64(&f, 0);
    block_end(&f);
    ends_with(&f, IPFUNNEL_EIO, "a packet of 9 bytes");
    begin(&f);
    section(&f, true);
    block_begin(&f, 3);
    put32(&f, 0);
    block_end(&f);
    ends_with(&f, IPFUNNEL_EIO, "a section without an interface");
    begin(&f);
    interface_begin(&f, 101, 0);
    put16(&f, 2);
    put16(&f, 400);
    block_end(&f);
    ends_with(&f, IPFUNNEL_EIO, "a broken option");
    begin(&f);
    interface_begin(&f, 101, 0);
    option(&f, 9, "12", 2);
    block_end(&f);
    ends_with(&f, IPFUNNEL_EIO, "a broken option");
}

static void records_larger_than_the_memory_are_refused(void)
{
    struct file f;
    begin(&f);
    put32(&f, 6);
    put32(&f, 17u << 20);
    put64(&f, 0);
    ends_with(&f, IPFUNNEL_EIO, "more than the memory for it");
    f = (struct file){ .length = 0 };
    pcap_header(&f, 0xa1b2c3d4, V24, 101);
    pcap_record(&f, 0, 0, 1);
    put64(&f, 0);
    put32(&f, UINT32_MAX);
    put32(&f, UINT32_MAX);
    ends_with(&f, IPFUNNEL_EIO, "at byte 68: a record of 4294967311 bytes");
}

/* A block that nobody wants to see may be of any size: it takes no memory. */
static void a_huge_unknown_block_is_only_a_cut(void)
{
    struct file f;
    begin(&f);
    put32(&f, 0xabc);
    put32(&f, UINT32_MAX - 3);
    put64(&f, 0);
    ends_with(&f, IPFUNNEL_END, "is cut: its last record");
}

static void every_cut_is_said(void)
{
    struct file f;
    begin(&f);
    size_t whole = f.length;
    packet(&f, 0, 0, 2);
    size_t all = f.length;
    for (f.length = whole + 1; f.length < all; f.length++)
        ends_with(&f, IPFUNNEL_END, "is cut: its last record, at byte");
    f = (struct file){ .length = 0 };
    pcap_header(&f, 0xa1b2c3d4, V24, 101);
    pcap_record(&f, 0, 0, 1);
    for (int i = 1; i < 16 + NUMBERED; i++) {
        struct file cut = f;
        pcap_record(&cut, 0, 0, 2);
        cut.length = f.length + (size_t)i;
        ends_with(&cut, IPFUNNEL_END, "is cut: its last record, at byte 68");
    }
}

static void a_file_of_unknown_link_types_is_an_error_in_the_end(void)
{
    struct file f = { .length = 0 };
    const ipfunnel_datagram *d;
    section(&f, false);
    interface(&f, 147, "x");
    packet(&f, 0, 0, 1);
    ipfunnel *h = open_bytes(&f);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(ipfunnel_recv(h, &d, 1, -1), IPFUNNEL_EOPNOTSUPP);
        expect_text(ipfunnel_last_error(h), IPFUNNEL_EOPNOTSUPP, "link type 147");
    }
    close_bytes(h);
}

static void no_outgoing_needs_a_file_that_tells_direction(void)
{
    struct file f = { .length = 0 };
    ipfunnel_options o = read_options();
    ipfunnel_error e = { 0 };
    ipfunnel *h = NULL;
    o.flags = IPFUNNEL_OPEN_NO_OUTGOING;
    pcap_header(&f, 0xa1b2c3d4, V24, 101);
    pcap_record(&f, 0, 0, 1);
    write_file(f.bytes, f.length);
    CHECK_INT(ipfunnel_open(&h, &o, &e), IPFUNNEL_EOPNOTSUPP);
    expect_text(&e, IPFUNNEL_EOPNOTSUPP, "does not say which frames were sent");
    f = (struct file){ .length = 0 };
    section(&f, false);
    interface(&f, 101, "x");
    for (uint8_t i = 0; i < 3; i++) {
        packet_open(&f, 0, 0, i);
        option_number(&f, 2, i == 2 ? 0 : i + 1, 4);
        block_end(&f);
    }
    write_file(f.bytes, f.length);
    CHECK_INT(ipfunnel_open(&h, &o, &e), 0);
    next_is(h, 0);
    next_is(h, 2);                                        /* once directions are told, unknown is not outgoing */
    expect_end(h);
    close_bytes(h);
}

static void interfaces_are_bounded(void)
{
    enum { MOST = 65536, BLOCK = 20 };
    static uint8_t bytes[28 + (MOST + 1) * BLOCK];
    struct file f = { .length = 0 };
    section(&f, false);
    interface_begin(&f, 101, 0);
    block_end(&f);
    CHECK_INT(f.length, 28 + BLOCK);
    memcpy(bytes, f.bytes, f.length);
    for (size_t i = 1; i <= MOST; i++)
        memcpy(bytes + 28 + i * BLOCK, bytes + 28, BLOCK);
    refuses(bytes, sizeof bytes, IPFUNNEL_EIO, "more than 65536 interfaces");
}

static void names_have_no_control_characters(void)
{
    struct file f = { .length = 0 };
    section(&f, false);
    interface(&f, 101, "a\033[31m\n\177b");
    packet(&f, 0, 0, 1);
    ipfunnel *h = open_bytes(&f);
    CHECK_STR(next_is(h, 1)->interface_name, "a?[31m??b");
    close_bytes(h);
}

static void long_names_are_cut_between_characters(void)
{
    char name[600];
    struct file f = { .length = 0 };
    memset(name, 'x', sizeof name);
    memcpy(name + 253, "\xe2\x82\xac", 3);
    name[599] = '\0';
    section(&f, false);
    interface(&f, 101, name);
    packet(&f, 0, 0, 1);
    ipfunnel *h = open_bytes(&f);
    CHECK_INT(strlen(next_is(h, 1)->interface_name), 253);
    close_bytes(h);
}

int main(void)
{
    RUN(what_is_no_capture_is_refused);
    RUN(headers_that_cannot_be_read_are_refused);
    RUN(a_damaged_block_names_its_place);
    RUN(records_larger_than_the_memory_are_refused);
    RUN(a_huge_unknown_block_is_only_a_cut);
    RUN(every_cut_is_said);
    RUN(a_file_of_unknown_link_types_is_an_error_in_the_end);
    RUN(no_outgoing_needs_a_file_that_tells_direction);
    RUN(interfaces_are_bounded);
    RUN(names_have_no_control_characters);
    RUN(long_names_are_cut_between_characters);
    return 0;
}

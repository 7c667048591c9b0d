/* pcap_golden_files FILE... - the golden frames, written as one pcap file for each link type, read the same through
 * savefile and through libpcap. */
#include "check.h"
#include "frame.h"
#include "frames_file.h"
#include "two_readers.h"

enum { MOST_TYPES = 512 };

static FILE *files[MOST_TYPES];
static int frames[MOST_TYPES];

/* What libpcap takes for another link type: it knows numbers by the names they have on this system. */
static const struct {
    uint32_t link_type;
    const char *reason;
} others[] = {
    { .link_type = 14, .reason = "link type 103" },
};

static void put32(FILE *out, uint32_t value)
{
    CHECK_INT(fwrite(&value, sizeof value, 1, out), 1);
}

static void path_of(uint32_t link_type, char *out, size_t size)
{
    snprintf(out, size, "pcap_golden_%u.capture", link_type);
}

static void write_frame(const struct golden_case *c)
{
    char path[64];
    uint32_t type = c->frame.link_type, captured = c->frame.captured;
    uint32_t original = c->frame.original == IPFUNNEL_LENGTH_UNKNOWN ? captured + 1000 : c->frame.original;
    if (type >= MOST_TYPES)                   /* no link header, so no link type */
        return;
    if (!files[type]) {
        const uint32_t header[] = { 0xa1b23c4d, 2 | 4 << 16, 0, 0, 65535, type };
        path_of(type, path, sizeof path);
        files[type] = fopen(path, "wb");
        CHECK(files[type]);
        CHECK_INT(fwrite(header, sizeof header, 1, files[type]), 1);
    }
    put32(files[type], (uint32_t)c->line);
    put32(files[type], 999999999u - (uint32_t)frames[type]);
    put32(files[type], captured);
    put32(files[type], original);
    CHECK_INT(fwrite(c->bytes, 1, captured, files[type]), captured);
    frames[type]++;
}

static void expect_refused(const struct reader *pcap, uint32_t link_type)
{
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].link_type == link_type) {
            CHECK_INT(pcap->status, IPFUNNEL_EOPNOTSUPP);
            CHECK_CONTAINS(pcap->error.text, others[i].reason);
            return;
        }
    fprintf(stderr, "link type %u: %s\n", link_type, pcap->error.text);
    exit(1);
}

int main(int argc, char **argv)
{
    static struct frames_file file;
    static struct golden_case golden;
    int types = 0, total = 0, datagrams = 0;
    for (int i = 1; i < argc; i++) {
        frames_open(&file, argv[i]);
        while (frames_next(&file, &golden))
            write_frame(&golden);
        frames_close(&file);
    }
    for (uint32_t type = 0; type < MOST_TYPES; type++) {
        struct reader savefile, pcap;
        char path[64];
        if (!files[type])
            continue;
        CHECK_INT(fclose(files[type]), 0);
        path_of(type, path, sizeof path);
        int same = two_readers(path, TWO_ALL_FACTS, &savefile, &pcap);
        CHECK(same >= 0);
        if (!ipfunnel__link_known(type)) {
            CHECK_INT(savefile.status, IPFUNNEL_EOPNOTSUPP);
            CHECK_INT(pcap.status, IPFUNNEL_EOPNOTSUPP);
            remove(path);
            continue;
        }
        if (pcap.status != IPFUNNEL_END)
            expect_refused(&pcap, type);
        else
            CHECK_INT(pcap.statistics.frames, frames[type]);
        CHECK_INT(savefile.status, IPFUNNEL_END);
        CHECK_INT(savefile.statistics.frames, frames[type]);
        remove(path);
        types++;
        total += frames[type];
        datagrams += same;
    }
    printf("%d frames of %d link types, %d datagrams the same through both\n", total, types, datagrams);
    CHECK(types > 40 && datagrams > 100);
    return 0;
}

/* same_records [--bytes] FILE...          savefile and pcap find the same in every FILE, to its end
 * same_records --refused TEXT FILE        savefile reads it to its end, pcap gives up for a reason that has TEXT in it,
 *                                         and up to there they agree
 * same_records --hex BACKEND FILE         the bytes of every datagram, one line each
 * --bytes: what is in our own files as comments (tags, flags) is not compared: libpcap does not read comments. */
#include "two_readers.h"

static int agree(const char *path, enum two_facts facts, const char *refusal)
{
    struct reader savefile, pcap;
    int same = two_readers(path, facts, &savefile, &pcap);
    CHECK(same >= 0);
    if (savefile.status != IPFUNNEL_END)
        fprintf(stderr, "%s: savefile: %s\n", path, savefile.error.text);
    CHECK_INT(savefile.status, IPFUNNEL_END);
    if (refusal) {
        CHECK(pcap.status != IPFUNNEL_END);
        CHECK_CONTAINS(pcap.error.text, refusal);
        printf("%s: %d datagrams the same, then libpcap: %s\n", path, same, pcap.error.text);
        return same;
    }
    if (pcap.status != IPFUNNEL_END)
        fprintf(stderr, "%s: pcap: %s\n", path, pcap.error.text);
    CHECK_INT(pcap.status, IPFUNNEL_END);
    printf("%s: %d datagrams, 0 differences\n", path, same);
    return same;
}

static void print_hex(const char *backend, const char *path)
{
    struct reader r;
    const ipfunnel_datagram *d;
    reader_open(&r, backend, path);
    while ((d = reader_next(&r)) != NULL) {
        for (uint32_t i = 0; i < d->length; i++)
            printf("%02x", d->bytes[i]);
        printf("\n");
    }
    CHECK_INT(r.status, IPFUNNEL_END);
    reader_close(&r);
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "--hex") == 0)
        print_hex(argv[2], argv[3]);
    else if (argc == 4 && strcmp(argv[1], "--refused") == 0)
        agree(argv[3], TWO_ALL_FACTS, argv[2]);
    else {
        bool bytes = argc > 1 && strcmp(argv[1], "--bytes") == 0;
        CHECK(argc > 1 + bytes);
        for (int i = 1 + bytes; i < argc; i++)
            agree(argv[i], bytes ? TWO_BYTES : TWO_ALL_FACTS, NULL);
    }
    return 0;
}

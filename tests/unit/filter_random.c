/* filter_random.c - random expressions on random datagrams: our program is libpcap's, our verdict is that of libpcap's
 * own interpreter, and a program's text is libpcap's, too.
 *   filter_random PAIRS [SEED]          the same seed gives the same pairs */
#define _DEFAULT_SOURCE
#include "check.h"
#include "filter/filter.h"
#include "filter/filter_program.h"
#include "random_filters.h"
#include <pcap/pcap.h>

enum { PER_EXPRESSION = 200 };

static void expect_same_program(const ipfunnel_filter *filter, const struct bpf_program *theirs, const char *expression)
{
    CHECK_INT(filter->length, theirs->bf_len);
    for (uint32_t i = 0; i < filter->length; i++) {
        const struct bpf_insn *in = &theirs->bf_insns[i];
        CHECK_INT(filter->code[i].code, in->code);
        CHECK_INT(filter->code[i].jt, in->jt);
        CHECK_INT(filter->code[i].jf, in->jf);
        CHECK_INT(filter->code[i].k, in->k);
        char line[80];
        CHECK(ipfunnel_filter_line(filter, i, line, sizeof line));
        if (strcmp(line, bpf_image(in, (int)i)) != 0)
            fprintf(stderr, "of %s\n", expression);
        CHECK_STR(line, bpf_image(in, (int)i));
    }
}

/* The program for "protochain" takes the length of an authentication header for its end, and may meet the same header
 * again and again: libpcap's interpreter then never comes back. */
static void leave_one_ah(uint8_t *bytes, uint32_t length)
{
    for (uint32_t i = 20; i < length; i++)
        if (bytes[i] == 51)
            bytes[i] = 59;
}

static uint64_t compare(const ipfunnel_filter *filter, const struct bpf_program *theirs, const char *expression)
{
    uint64_t accepted = 0;
    for (int i = 0; i < PER_EXPRESSION; i++) {
        uint8_t bytes[RANDOM_ROOM];
        uint32_t length = random_datagram(bytes), original = length + (chance(10) ? draw(2000) : 0);
        if (strstr(expression, "protochain"))
            leave_one_ah(bytes, length);
        uint8_t *exact = malloc(length + 1);      /* with a byte in front: a sanitizer sees what lies behind the end */
        CHECK(exact);
        memcpy(exact + 1, bytes, length);
        ipfunnel_datagram d = { .bytes = exact + 1, .length = length, .original_length = original };
        bool ours = ipfunnel__filter_accepts(filter, &d);
        bool other = bpf_filter(theirs->bf_insns, exact + 1, original, length) != 0;
        if (ours != other) {
            fprintf(stderr, "%s\n: ours says %d, libpcap's %d, to %u of %u bytes:", expression, ours, other, length,
                    original);
            for (uint32_t b = 0; b < length; b++)
                fprintf(stderr, " %02x", bytes[b]);
            fprintf(stderr, "\n");
            exit(1);
        }
        /* What the filter may look at is enough to decide. */
        if (length > filter->reach) {
            d.length = filter->reach;
            CHECK(ipfunnel__filter_accepts(filter, &d) == ours);
        }
        accepted += ours;
        free(exact);
    }
    return accepted;
}

int main(int argc, char **argv)
{
    static const ipfunnel_address network = { .version = 4, .prefix_length = 24, .bytes = { 10, 0, 0, 1 } };
    uint64_t pairs = argc > 1 ? strtoull(argv[1], NULL, 10) : 0, done = 0, accepted = 0, expressions = 0, refused = 0;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 0x9e3779b97f4a7c15;
    printf("seed %#llx\n", (unsigned long long)seed);
    random_begin(seed);
    pcap_t *handle = pcap_open_dead(DLT_RAW, 262144);
    CHECK(handle && pairs);
    while (done < pairs) {
        struct random_text t = { .used = 0 };
        random_expression(&t, 2);
        struct bpf_program theirs;
        ipfunnel_filter *filter = NULL;
        ipfunnel_error error = { .text = "" };
        int failed = pcap_compile(handle, &theirs, t.bytes, 1, 0xffffff00);
        int status = ipfunnel__filter_make(&filter, t.bytes, &network, &error);
        if (!failed != !status)
            fprintf(stderr, "%s\n: %s, %s\n", t.bytes, failed ? pcap_geterr(handle) : "compiles", error.text);
        CHECK(!failed == !status);
        if (failed) {
            CHECK_INT(status, IPFUNNEL_EINVAL);
            CHECK(error.column >= 1 && error.column <= t.used + 1);
            refused++;
            continue;
        }
        expressions++;
        expect_same_program(filter, &theirs, t.bytes);
        accepted += compare(filter, &theirs, t.bytes);
        done += PER_EXPRESSION;
        pcap_freecode(&theirs);
        ipfunnel_filter_free(filter);
    }
    pcap_close(handle);
    printf("%llu pairs of %llu expressions agree, %llu accepted; %llu further expressions were refused by both\n",
           (unsigned long long)done, (unsigned long long)expressions, (unsigned long long)accepted,
           (unsigned long long)refused);
    CHECK(accepted > done / 20 && accepted < done - done / 20);
    return 0;
}

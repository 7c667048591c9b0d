/* filter_spelling_words.c - "inbound", "outbound" and "ifindex N" are spelled in another way for libpcap; whatever only
 * looks like them is not. */
#include "check.h"
#include "pcap/filter_spelling.h"

#define INBOUND "(link[0xfffff004:2]!=4)"
#define OUTBOUND "(link[0xfffff004:2]=4)"
#define INTERFACE(n) "(link[0xfffff008:4]=" n ")"

static const struct {
    const char *expression, *spelled;
} rows[] = {
    { "", "" },
    { "udp port 53", "udp port 53" },
    { "inbound", INBOUND },
    { "outbound", OUTBOUND },
    { "not inbound and udp", "not " INBOUND " and udp" },
    { "(outbound)or\ttcp ", "(" OUTBOUND ")or\ttcp " },
    { "inbound or outbound", INBOUND " or " OUTBOUND },
    { "ifindex 3", INTERFACE("3") },
    { "ifindex\n0x1F or udp", INTERFACE("0x1F") " or udp" },
    { "ifindex 1 or ifindex 2 or ifindex 4294967295",
      INTERFACE("1") " or " INTERFACE("2") " or " INTERFACE("4294967295") },
    { "ifindex", "ifindex" },
    { "ifindex (3)", "ifindex (3)" },
    { "ifindex eth0", "ifindex eth0" },
    { "ifindex 0x", "ifindex 0x" },
    { "ifindex 3a", "ifindex 3a" },
    { "ifindex inbound", "ifindex " INBOUND },
    { "host \\inbound", "host \\inbound" },
    { "host inbound.example.com or host not-outbound", "host inbound.example.com or host not-outbound" },
};

int main(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *spelled = ipfunnel__filter_spell(rows[i].expression);
        CHECK(spelled);
        CHECK_STR(spelled, rows[i].spelled);
        free(spelled);
    }
    return 0;
}

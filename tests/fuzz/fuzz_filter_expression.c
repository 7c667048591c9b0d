/* What a person types as a filter: it compiles, or the error names a place in it. */
#include "filter/filter.h"
#include "filter/filter_words.h"
#include "fuzz.h"

enum { MOST = 300 };                           /* libpcap's optimiser takes its time with long ones */

/* Names are looked up, by a resolver that may ask the network: only these words and numbers reach the compiler. */
static bool is_keyword(const char *at, size_t length)
{
    static const char *const keywords[] = {
        "src", "dst", "host", "net", "mask", "port", "portrange", "proto", "protochain", "less", "greater",
        "byte", "and", "or", "not", "len", "length", "inbound", "outbound", "ifindex", "geneve", "ip", "ip6",
        "tcp", "udp", "sctp", "icmp", "icmp6", "igmp", "igrp", "pim", "vrrp", "carp", "ah", "esp", "broadcast",
        "multicast", "icmptype", "icmpcode", "icmp-echo", "icmp6type", "icmp6-echo", "tcpflags", "tcp-syn",
        "tcp-fin", "tcp-ack",
    };
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (strlen(keywords[i]) == length && memcmp(keywords[i], at, length) == 0)
            return true;
    return false;
}

static bool has_name(const char *expression)
{
    struct ipfunnel__word word;
    for (const char *at = expression; ipfunnel__word_next(&at, &word);) {
        HOLDS(word.length > 0 && word.at + word.length == at);
        size_t escape = *word.at == '\\', letters = 0;
        for (size_t i = 0; i < word.length; i++)
            letters += (word.at[i] >= 'a' && word.at[i] <= 'z') || (word.at[i] >= 'A' && word.at[i] <= 'Z');
        bool number = memchr(word.at, ':', word.length) || (word.length > 2 && memcmp(word.at, "0x", 2) == 0);
        if (letters && !number && !is_keyword(word.at + escape, word.length - escape))
            return true;
    }
    return false;
}

static void check_filter(const ipfunnel_filter *filter)
{
    static const uint8_t bytes[64] = { 0x45, [3] = 64, [8] = 64, [9] = 17, [12] = 10, [16] = 10, [21] = 53 };
    ipfunnel_datagram d = { .bytes = bytes, .length = sizeof bytes, .original_length = sizeof bytes, .version = 4 };
    for (d.direction = 0; d.direction <= IPFUNNEL_DIRECTION_OUT; d.direction++) {
        ipfunnel_datagram cut = d;
        cut.length = filter->reach < d.length ? filter->reach : d.length;
        int match = ipfunnel_filter_match(filter, &d);
        HOLDS(match == 0 || match == 1);
        HOLDS(ipfunnel_filter_match(filter, &cut) == match);
    }
    char line[80];
    uint32_t lines = 0;
    while (ipfunnel_filter_line(filter, lines, line, sizeof line)) {
        HOLDS(strlen(line) < sizeof line - 1);
        lines++;
    }
    HOLDS(lines == filter->length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char expression[MOST + 1];
    size_t length = size < MOST ? size : MOST;
    if (length)
        memcpy(expression, data, length);
    expression[length] = '\0';
    length = strlen(expression);

    ipfunnel_error error = { .status = IPFUNNEL_OK };
    ipfunnel_filter *filter = NULL;
    int status = has_name(expression) ? ipfunnel__words_check(expression, &error)
                                      : ipfunnel_filter_compile(&filter, expression, &error);
    HOLDS(status == 0 || status == IPFUNNEL_EINVAL || status == IPFUNNEL_EOPNOTSUPP);
    if (status) {
        HOLDS(!filter);
        check_error(&error, status);
        HOLDS(error.column <= length + 1);
        HOLDS(error.column >= 1 || status == IPFUNNEL_EOPNOTSUPP);
    }
    if (filter)
        check_filter(filter);
    ipfunnel_filter_free(filter);
    return 0;
}

/* filter_compiler.c - libpcap's compiler on a handle that captures nothing. What it says of a bad expression is put
 * into our words, and the word it means is found by filter_blame.c. */
#define _DEFAULT_SOURCE
#include "filter/filter_compiler.h"
#include "error.h"
#include "filter_blame.h"
#include "filter_spelling.h"
#include "filter/filter_words.h"
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

enum { SNAP_LENGTH = 262144 };

/* What libpcap says, by a part of it that all versions share; NULL words: libpcap's own are good enough. */
static const struct complaint {
    const char *part;
    const char *words, *remedy;
} complaints[] = {
    { .part = "unknown host", .words = "no host has this name",
      .remedy = "check the name, or write its address; a keyword of pcap-filter(7) as a name needs a backslash" },
    { .part = "unknown network", .words = "no network has this name",
      .remedy = "write its address, as in net 10.0.0.0/8" },
    { .part = "unknown port", .words = "no service has this name", .remedy = "check the name, or write the number" },
    { .part = "unknown ip proto", .words = "no protocol has this name",
      .remedy = "check the name (getent protocols), or write the number" },
    { .part = "rejects all packets", .words = "no datagram can be accepted",
      .remedy = "look for conditions that exclude each other, such as \"ip and ip6\"" },
    { .part = "netmask not known", .words = "this needs the network of the interface, and there is none here",
      .remedy = "capture on an interface with an IPv4 network, or name the address: dst host 10.0.0.255" },
    { .part = "memory exhausted", .words = "it is nested too deeply here",
      .remedy = "write it with fewer parentheses and negations" },
    { .part = "stack overflow", .words = "it is nested too deeply here",
      .remedy = "write it with fewer parentheses and negations" },
    { .part = "ethernet address", .words = "datagrams have no link addresses to ask about",
      .remedy = "write the IP address: host 10.0.0.1" },
};

static int out_of_memory(ipfunnel_error *error)
{
    return ipfunnel__no_memory(error, "pcap_compile");
}

/* One try. Returns 0, or -1 with what libpcap says in `message`. */
static int compile(const char *expression, uint32_t mask, struct bpf_program *program, char *message)
{
    char *spelled = ipfunnel__filter_spell(expression);
    pcap_t *handle = spelled ? pcap_open_dead(DLT_RAW, SNAP_LENGTH) : NULL;
    int failed = handle ? pcap_compile(handle, program, spelled, 1, mask) : -1;
    if (failed)
        snprintf(message, IPFUNNEL__MESSAGE_ROOM, "%s", handle ? pcap_geterr(handle) : "out of memory");
    if (handle)
        pcap_close(handle);
    free(spelled);
    return failed ? -1 : 0;
}

static void try_part(void *context, const char *expression, char *message)
{
    struct bpf_program program;
    const uint32_t *mask = context;
    message[0] = '\0';
    if (compile(expression, *mask, &program, message) == 0)
        pcap_freecode(&program);
}

static int explain(const char *expression, uint32_t mask, const char *message, ipfunnel_error *error)
{
    struct ipfunnel__blame blame = { .attempt = try_part, .context = &mask, .expression = expression };
    if (strstr(message, "syntax error"))
        return ipfunnel__blame_syntax(&blame, error);
    if (strstr(message, "malloc") || strstr(message, "out of memory"))
        return out_of_memory(error);
    struct ipfunnel__word word = ipfunnel__blame_word(&blame, message);
    for (size_t i = 0; i < sizeof complaints / sizeof *complaints; i++) {
        const struct complaint *c = &complaints[i];
        if (!strstr(message, c->part))
            continue;
        ipfunnel__word_fail(error, expression, &word, "%s", c->words);
        return ipfunnel__remedy(error, "%s", c->remedy);
    }
    ipfunnel__word_fail(error, expression, &word, "%s", message);
    return ipfunnel__remedy(error, "%s", ipfunnel__filter_manual);
}

static int copy_out(const struct bpf_program *program, struct ipfunnel__instruction **code, uint32_t *length,
                    ipfunnel_error *error)
{
    *code = calloc(program->bf_len ? program->bf_len : 1, sizeof **code);
    if (!*code)
        return out_of_memory(error);
    *length = program->bf_len;
    for (uint32_t i = 0; i < *length; i++)
        (*code)[i] = (struct ipfunnel__instruction){
            .code = program->bf_insns[i].code,
            .jt = program->bf_insns[i].jt,
            .jf = program->bf_insns[i].jf,
            .k = program->bf_insns[i].k,
        };
    return IPFUNNEL_OK;
}

int ipfunnel__filter_translate(const char *expression, const uint32_t *mask, struct ipfunnel__instruction **code,
                               uint32_t *length, ipfunnel_error *error)
{
    char message[IPFUNNEL__MESSAGE_ROOM];
    struct bpf_program program;
    uint32_t mask_or_none = mask ? *mask : PCAP_NETMASK_UNKNOWN;
    if (compile(expression, mask_or_none, &program, message))
        return explain(expression, mask_or_none, message, error);
    int status = copy_out(&program, code, length, error);
    pcap_freecode(&program);
    return status;
}

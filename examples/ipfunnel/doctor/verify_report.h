/* verify_report.h - the questions that the documents leave open, and the answers of one machine. */
#ifndef VERIFY_REPORT_H
#define VERIFY_REPORT_H
#include "doctor_host.h"
#include "findings.h"
#include "own_traffic.h"

/* Through the public API, with any backend that captures; through raw sockets of Windows; by hand. */
#define POINTS(X) \
    X(loopback_v4) X(loopback_v6) X(own_address_v4) X(own_address_v6) X(fragments_v4) X(reassembled_v4) \
    X(fragments_v6) X(reassembled_v6) X(short_datagram) X(ipv6_header) X(unread) X(large_send) X(fast_path) \
    X(any_refused) X(both_directions) X(firewall_inbound) X(malformed_inbound) \
    X(raw_loopback_v4) X(raw_ipv6_protocol_0) X(raw_ipv6_protocol_41) X(raw_ipv6_protocol_17) X(raw_pktinfo) \
    X(raw_any) X(raw_unbound) X(raw_rcvbuf) X(raw_circular_queueing) X(raw_rcvall_if) \
    X(padding_from_wire) X(wfp_refusal) X(address_removal) X(adapter_removal) X(ipsec) X(npcap_doubling) \
    X(other_programs)
#define POINT_NUMBER(name) POINT_##name,
enum point { POINTS(POINT_NUMBER) POINT_COUNT };
enum { POINT_FIRST_RAW = POINT_raw_loopback_v4, POINT_FIRST_BY_HAND = POINT_padding_from_wire };

enum verdict {
    VERDICT_NOT_TRIED = 0,      /* needs hands: the instruction says what to do */
    VERDICT_YES,
    VERDICT_NO,
    VERDICT_INCONCLUSIVE,       /* tried, and what came of it does not answer the question */
    VERDICT_NOT_APPLICABLE      /* the question makes no sense on this system */
};

struct point_row {              /* static */
    const char *id, *question;
    const char *bears_on;       /* the statement that it confirms or refutes */
    const char *instruction;    /* of those that need hands; else NULL */
};
extern const struct point_row point_rows[POINT_COUNT];

enum { OBSERVED_MOST = 12 };

struct answer {
    enum verdict verdict;
    char done[200];             /* "" as long as nothing was */
    char why[360];              /* the reason for the verdict */
    struct {
        const char *name;
        int64_t value;
    } observed[OBSERVED_MOST];
    int observed_count;
};

struct report {
    struct answer answers[POINT_COUNT];
    struct host_system host;
    const struct findings *findings;
    const struct own_traffic *traffic;
    int64_t began_ns;           /* wall clock */
    int64_t took_ms;
    char backend[32];           /* that captured; "": none could */
    const char *interface_name; /* NULL: none */
};

/* Fills in what needs hands (not tried) and the rest (inconclusive: nothing was done). */
void report_start(struct report *);

/* Begins an answer: what is done. It stays inconclusive until a verdict follows. */
struct answer *answer_begin(struct report *, enum point, const char *format, ...) MESSAGES_PRINTF(3, 4);
void answer_number(struct answer *, const char *name, int64_t value);
void answer_end(struct answer *, enum verdict, const char *format, ...) MESSAGES_PRINTF(3, 4);

/* "yes", "no", "inconclusive", "not_tried", "not_applicable". Static. */
const char *verdict_name(enum verdict);

void report_print(const struct report *, FILE *);
void report_json(const struct report *, FILE *);

#endif

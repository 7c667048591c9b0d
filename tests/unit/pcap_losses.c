/* Losses that libpcap counted for a whole capture are told with a frame that arrived after them, each once. */
#include "check.h"
#include "pcap/pcap_drops.h"

/* libpcap's counter, as it runs on, and how far it was read. */
static uint32_t counter, counted;

static void lose(struct ipfunnel__pcap_drops *d, uint32_t count, int64_t wall_ns)
{
    counter += count;
    ipfunnel__pcap_drops_add(d, &counted, counter, wall_ns);
}

static void told_with_the_first_frame_after_them(void)
{
    struct ipfunnel__pcap_drops d = { .total = 0 };
    lose(&d, 0, 50);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 60), 0);
    lose(&d, 7, 100);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 99), 0);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 100), 0);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 101), 7);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 102), 0);
    CHECK_INT(d.total, 7);
}

static void later_ones_wait_for_their_own_time(void)
{
    struct ipfunnel__pcap_drops d = { .total = 0 };
    lose(&d, 1, 100);
    lose(&d, 2, 200);
    lose(&d, 4, 300);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 250), 1);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 260), 0);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 301), 6);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 302), 0);
    CHECK_INT(d.total, 7);
}

static void all_are_due_when_nothing_is_queued(void)
{
    struct ipfunnel__pcap_drops d = { .total = 0 };
    ipfunnel__pcap_drops_all_read(&d);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 10), 0);
    lose(&d, 1, 100);
    lose(&d, 2, 200);
    ipfunnel__pcap_drops_all_read(&d);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 10), 3);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 400), 0);
    /* Not so what comes after that. */
    lose(&d, 5, 500);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 450), 0);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 501), 5);
}

static void the_32_bits_of_libpcap_wrap_unnoticed(void)
{
    struct ipfunnel__pcap_drops d = { .total = 0 };
    uint32_t seed = 1;
    uint64_t lost = 0, told = 0;
    counter = counted = UINT32_MAX - 5;
    for (int i = 0; i < 10000; i++) {
        seed = seed * 1664525 + 1013904223;
        uint32_t count = i % 3 == 0 ? UINT32_MAX - seed % 100 : i % 3 == 1 ? seed : seed % 2;
        uint64_t before = d.total;
        lose(&d, count, i);
        lost += count;
        CHECK(d.total >= before);
        CHECK_INT(d.total, lost);
        CHECK_INT(counted, counter);
        if (i % 4 == 0)
            ipfunnel__pcap_drops_all_read(&d);
        told += ipfunnel__pcap_drops_before(&d, i);
        CHECK(told <= lost);
    }
    ipfunnel__pcap_drops_all_read(&d);
    CHECK_INT(told + ipfunnel__pcap_drops_before(&d, 10000), lost);
    CHECK(lost > UINT64_C(1000) << 32);
}

int main(void)
{
    RUN(told_with_the_first_frame_after_them);
    RUN(later_ones_wait_for_their_own_time);
    RUN(all_are_due_when_nothing_is_queued);
    RUN(the_32_bits_of_libpcap_wrap_unnoticed);
    return 0;
}

/* Losses that libpcap counted for a whole capture are told with a frame that arrived after them, each once. */
#include "check.h"
#include "pcap/pcap_drops.h"

static void told_with_the_first_frame_after_them(void)
{
    struct ipfunnel__pcap_drops d = { .total = 0 };
    ipfunnel__pcap_drops_add(&d, 0, 50);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 60), 0);
    ipfunnel__pcap_drops_add(&d, 7, 100);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 99), 0);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 100), 0);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 101), 7);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 102), 0);
    CHECK_INT(d.total, 7);
}

static void later_ones_wait_for_their_own_time(void)
{
    struct ipfunnel__pcap_drops d = { .total = 0 };
    ipfunnel__pcap_drops_add(&d, 1, 100);
    ipfunnel__pcap_drops_add(&d, 2, 200);
    ipfunnel__pcap_drops_add(&d, 4, 300);
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
    ipfunnel__pcap_drops_add(&d, 1, 100);
    ipfunnel__pcap_drops_add(&d, 2, 200);
    ipfunnel__pcap_drops_all_read(&d);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 10), 3);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 400), 0);
    /* Not so what comes after that. */
    ipfunnel__pcap_drops_add(&d, 5, 500);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 450), 0);
    CHECK_INT(ipfunnel__pcap_drops_before(&d, 501), 5);
}

int main(void)
{
    RUN(told_with_the_first_frame_after_them);
    RUN(later_ones_wait_for_their_own_time);
    RUN(all_are_due_when_nothing_is_queued);
    return 0;
}

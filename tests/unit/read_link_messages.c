/* read_link_messages.c - what netlink messages say about one interface, and that broken ones say nothing. */
#include "af_packet/link_messages.h"
#include "check.h"
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

enum { INDEX = 5 };

static _Alignas(8) uint8_t buffer[1024];
static size_t used;

static void add_message(uint16_t type, const void *body, size_t size)
{
    struct nlmsghdr header = { .nlmsg_len = (uint32_t)(NLMSG_HDRLEN + size), .nlmsg_type = type };
    memcpy(buffer + used, &header, sizeof header);
    memcpy(buffer + used + NLMSG_HDRLEN, body, size);
    used += NLMSG_HDRLEN + (size + 3) / 4 * 4;
}

static void add_link(uint16_t type, uint8_t family, int index, unsigned flags)
{
    struct ifinfomsg link = { .ifi_family = family, .ifi_index = index, .ifi_flags = flags };
    add_message(type, &link, sizeof link);
}

static void add_address(uint16_t type, uint32_t index)
{
    struct ifaddrmsg address = { .ifa_family = AF_INET, .ifa_index = index };
    add_message(type, &address, sizeof address);
}

/* Reads all news from a heap copy of exactly `size` bytes of the buffer. */
static size_t read_news(size_t size, enum ipfunnel__link_news news[16])
{
    uint8_t *copy = malloc(size ? size : 1);
    CHECK(copy);
    memcpy(copy, buffer, size);
    struct ipfunnel__cursor datagram = ipfunnel__cursor_over(copy, size);
    size_t count = 0;
    while (count < 16 && (news[count] = ipfunnel__link_messages_next(&datagram, INDEX)) != IPFUNNEL__LINK_NO_NEWS)
        count++;
    CHECK(count < 16);
    free(copy);
    return count;
}

static void news_of_this_interface_in_order(void)
{
    enum ipfunnel__link_news news[16];
    used = 0;
    add_link(RTM_NEWLINK, AF_UNSPEC, INDEX, IFF_UP | IFF_LOWER_UP);
    add_link(RTM_NEWLINK, AF_UNSPEC, INDEX + 1, 0);
    add_link(RTM_NEWLINK, AF_UNSPEC, INDEX, IFF_UP);
    add_address(RTM_NEWADDR, INDEX);
    add_address(RTM_DELADDR, INDEX + 1);
    add_link(RTM_DELLINK, AF_BRIDGE, INDEX, 0);
    add_link(RTM_NEWLINK, AF_BRIDGE, INDEX, IFF_UP | IFF_LOWER_UP);
    add_link(RTM_NEWLINK, AF_UNSPEC, INDEX, IFF_LOWER_UP);
    add_address(RTM_DELADDR, INDEX);
    add_message(NLMSG_ERROR, "abcd", 4);
    add_link(RTM_DELLINK, AF_UNSPEC, INDEX, 0);
    const enum ipfunnel__link_news expected[] = {
        IPFUNNEL__LINK_UP, IPFUNNEL__LINK_DOWN, IPFUNNEL__LINK_ADDRESSES, IPFUNNEL__LINK_DOWN,
        IPFUNNEL__LINK_ADDRESSES, IPFUNNEL__LINK_GONE,
    };
    CHECK_INT(read_news(used, news), sizeof expected / sizeof *expected);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        CHECK_INT(news[i], expected[i]);
}

static void a_cut_datagram_gives_the_news_before_the_cut(void)
{
    enum ipfunnel__link_news news[16];
    used = 0;
    add_link(RTM_NEWLINK, AF_UNSPEC, INDEX, IFF_UP | IFF_LOWER_UP);
    size_t first = used;
    add_address(RTM_NEWADDR, INDEX);
    for (size_t size = 0; size <= used; size++)
        CHECK_INT(read_news(size, news), size < first ? 0 : size < used ? 1 : 2);
}

static void impossible_lengths_end_the_reading(void)
{
    const uint32_t lengths[] = { 0, 15, 16, 17, 33, UINT32_MAX, UINT32_MAX - 3 };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        enum ipfunnel__link_news news[16];
        used = 0;
        add_link(RTM_DELLINK, AF_UNSPEC, INDEX, 0);
        memcpy(buffer, &lengths[i], sizeof lengths[i]);
        CHECK_INT(read_news(used, news), 0);
    }
}

int main(void)
{
    RUN(news_of_this_interface_in_order);
    RUN(a_cut_datagram_gives_the_news_before_the_cut);
    RUN(impossible_lengths_end_the_reading);
    return 0;
}

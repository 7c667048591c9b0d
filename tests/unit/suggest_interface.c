/* suggest_interface.c - which interface a person most likely wants, and the reason that is given. */
#include "check.h"
#include "interface.h"
#include "os.h"

static ipfunnel_interface *chain;

enum { UP = IPFUNNEL_INTERFACE_UP | IPFUNNEL_INTERFACE_RUNNING, NO_CARRIER = IPFUNNEL_INTERFACE_UP,
       LOOPBACK = UP | IPFUNNEL_INTERFACE_LOOPBACK };

static const uint64_t no_idea = IPFUNNEL_FRAMES_UNKNOWN;

static void add(const char *name, uint32_t flags, const char *address, uint32_t default_route, uint64_t frames)
{
    ipfunnel_address *addresses = NULL;
    ipfunnel_interface *made = ipfunnel__interface_make(&(struct ipfunnel__interface_texts){ .name = name },
                                                        *address ? 1 : 0, &addresses);
    CHECK(made);
    CHECK(made->frames == IPFUNNEL_FRAMES_UNKNOWN);
    CHECK_INT(made->default_route, IPFUNNEL_UNKNOWN);
    if (*address)
        addresses[0].version = (uint8_t)ipfunnel__os_parse_address(address, addresses[0].bytes);
    made->flags = flags;
    made->default_route = default_route;
    made->frames = frames;
    ipfunnel_interface **last = &chain;
    while (*last)
        last = (ipfunnel_interface **)(void *)&(*last)->next;
    *last = made;
}

/* Of what was added since the last time. */
static void suggests(const char *name, const char *reason)
{
    const ipfunnel_interface *suggested = NULL;
    int count = 0;
    ipfunnel__interface_suggest(chain);
    for (const ipfunnel_interface *i = chain; i; i = i->next) {
        if (i->flags & IPFUNNEL_INTERFACE_SUGGESTED) {
            suggested = i;
            count++;
        } else {
            CHECK_STR(i->suggestion, "");
        }
    }
    CHECK_INT(count, name ? 1 : 0);
    CHECK_STR(name ? suggested->name : "", name ? name : "");
    CHECK_STR(name ? suggested->suggestion : "", reason);
    ipfunnel_interfaces_free(chain);
    chain = NULL;
}

static void the_default_route_counts_most(void)
{
    add("lo", LOOPBACK, "127.0.0.1", IPFUNNEL_NO, 900);
    add("br0", UP, "10.9.0.1", IPFUNNEL_NO, 500);
    add("ppp0", UP, "", IPFUNNEL_YES, 1);
    suggests("ppp0", "up, running, and the default route leads through it");
}

static void a_default_route_through_a_dead_interface_counts_nothing(void)
{
    add("eth0", NO_CARRIER, "10.9.0.1", IPFUNNEL_YES, 5);
    add("eth1", UP, "10.8.0.1", IPFUNNEL_NO, 5);
    suggests("eth1", "the only one that is up, running and reachable beyond its link");
}

static void then_an_address_beyond_the_link(void)
{
    add("lo", LOOPBACK, "127.0.0.1", IPFUNNEL_UNKNOWN, no_idea);
    add("eth0", UP, "169.254.7.7", IPFUNNEL_UNKNOWN, no_idea);
    add("eth1", UP, "fe80::1", IPFUNNEL_UNKNOWN, no_idea);
    add("eth2", UP, "2001:db8::1", IPFUNNEL_UNKNOWN, no_idea);
    add("eth3", UP, "192.0.2.1", IPFUNNEL_UNKNOWN, no_idea);
    suggests("eth2", "the first that is up, running and reachable beyond its link");
}

static void then_any_address_then_none(void)
{
    add("eth0", UP, "", IPFUNNEL_NO, 7);
    add("eth1", UP, "fe80::1", IPFUNNEL_NO, 3);
    suggests("eth1", "the only one that is up, running and has an address");
    add("lo", LOOPBACK, "127.0.0.1", IPFUNNEL_NO, 9);
    add("eth0", UP, "", IPFUNNEL_NO, 7);
    suggests("eth0", "the only one that is up and running");
}

static void traffic_tells_equals_apart(void)
{
    add("eth0", UP, "192.0.2.1", IPFUNNEL_NO, 3);
    add("eth1", UP, "192.0.2.2", IPFUNNEL_NO, 8);
    add("eth2", UP, "192.0.2.3", IPFUNNEL_NO, 8);
    suggests("eth1", "of those that are up, running and reachable beyond their link the busiest");
    add("eth0", UP, "192.0.2.1", IPFUNNEL_YES, 3);
    add("eth1", UP, "192.0.2.2", IPFUNNEL_YES, 8);
    suggests("eth1", "of those that default routes lead through the busiest");
}

static void unknown_traffic_is_not_none(void)
{
    add("eth0", UP, "192.0.2.1", IPFUNNEL_NO, no_idea);
    add("eth1", UP, "192.0.2.2", IPFUNNEL_NO, 8);
    suggests("eth0", "the first that is up, running and reachable beyond its link");
    add("eth0", UP, "192.0.2.1", IPFUNNEL_NO, 0);
    add("eth1", UP, "192.0.2.2", IPFUNNEL_NO, no_idea);
    suggests("eth0", "the first that is up, running and reachable beyond its link");
}

static void loopback_when_nothing_else_is_up(void)
{
    add("lo", LOOPBACK, "127.0.0.1", IPFUNNEL_NO, 0);
    add("eth0", 0, "10.9.0.1", IPFUNNEL_NO, 0);
    suggests("lo", "the only one that is up");
    add("lo", LOOPBACK, "127.0.0.1", IPFUNNEL_NO, 2);
    add("eth0", NO_CARRIER, "10.9.0.1", IPFUNNEL_NO, 0);
    suggests("lo", "none is running; of those that are up the busiest");
}

static void nothing_when_nothing_is_up(void)
{
    add("eth0", 0, "10.9.0.1", IPFUNNEL_YES, 7);
    suggests(NULL, "");
    suggests(NULL, "");
}

int main(void)
{
    RUN(the_default_route_counts_most);
    RUN(a_default_route_through_a_dead_interface_counts_nothing);
    RUN(then_an_address_beyond_the_link);
    RUN(then_any_address_then_none);
    RUN(traffic_tells_equals_apart);
    RUN(unknown_traffic_is_not_none);
    RUN(loopback_when_nothing_else_is_up);
    RUN(nothing_when_nothing_is_up);
    return 0;
}

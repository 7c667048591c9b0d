/* changed_interfaces.c - what has happened between two lists of interfaces. */
#include "check.h"
#include "interface.h"
#include "interface_changes.h"

enum { DOWN = 0, NO_CARRIER = IPFUNNEL_INTERFACE_UP, UP = IPFUNNEL_INTERFACE_UP | IPFUNNEL_INTERFACE_RUNNING };

static ipfunnel_interface *lists[2];           /* before, after */

/* Adds an interface with one IPv4 address, 10.0.0.`host`, or with host 0 none. Any order. */
static void add(int list, const char *name, uint32_t index, uint32_t flags, uint8_t host)
{
    ipfunnel_address *addresses = NULL;
    ipfunnel_interface *made = ipfunnel__interface_make(&(struct ipfunnel__interface_texts){ .name = name },
                                                        host ? 1 : 0, &addresses);
    CHECK(made);
    if (host)
        addresses[0] = (ipfunnel_address){ .version = 4, .prefix_length = 8, .bytes = { 10, 0, 0, host } };
    made->index = index;
    made->flags = flags;
    made->next = lists[list];
    lists[list] = ipfunnel__interface_sort(made);
}

/* Compares what was added since the last time; `expected` is "KIND NAME FORMER" for each change. */
static void changes(const struct ipfunnel__deleted *deleted, const char *expected)
{
    static const char *const kinds[] = {
        [IPFUNNEL_EVENT_DOWN] = "down", [IPFUNNEL_EVENT_UP] = "up", [IPFUNNEL_EVENT_GONE] = "gone",
        [IPFUNNEL_EVENT_ADDRESSES] = "addresses", [IPFUNNEL_EVENT_APPEARED] = "appeared",
        [IPFUNNEL_EVENT_RENAMED] = "renamed",
    };
    const struct ipfunnel__deleted none = { .count = 0 };
    struct ipfunnel__changes found = { .all = NULL };
    char text[1024] = "";
    size_t used = 0;
    CHECK_INT(ipfunnel__interface_changes(lists[0], lists[1], deleted ? deleted : &none, &found), 0);
    for (uint32_t i = 0; i < found.count && used < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %s%u%s%s", i ? ", " : "",
                                 kinds[found.all[i].kind], found.all[i].name, found.all[i].interface_index,
                                 found.all[i].former_name[0] ? " was " : "", found.all[i].former_name);
    CHECK_STR(text, expected);
    free(found.all);
    for (int i = 0; i < 2; i++) {
        ipfunnel_interfaces_free(lists[i]);
        lists[i] = NULL;
    }
}

static void nothing(void)
{
    changes(NULL, "");
    for (int i = 0; i < 2; i++) {
        add(i, "lo", 1, UP, 1);
        add(i, "eth", 2, DOWN, 0);
    }
    changes(NULL, "");
}

static void come_and_gone(void)
{
    add(0, "a", 1, UP, 1);
    add(0, "b", 2, UP, 2);
    add(0, "d", 4, UP, 4);
    add(1, "b", 2, UP, 2);
    add(1, "c", 3, UP, 3);
    add(1, "a", 5, DOWN, 1);
    changes(NULL, "gone a1, gone d4, appeared c3, appeared a5");
    add(1, "a", 1, UP, 1);
    changes(NULL, "appeared a1");
    add(0, "a", 1, UP, 1);
    changes(NULL, "gone a1");
}

static void renamed(void)
{
    add(0, "a", 1, UP, 1);
    add(0, "b", 2, UP, 2);
    add(1, "b", 1, DOWN, 0);
    add(1, "a", 2, UP, 2);
    changes(NULL, "renamed b1 was a, down b1, addresses b1, renamed a2 was b");
}

/* Without a carrier it is as good as down. */
static void up_and_down(void)
{
    add(0, "a", 1, DOWN, 1);
    add(1, "a", 1, NO_CARRIER, 1);
    add(0, "b", 2, NO_CARRIER, 1);
    add(1, "b", 2, UP, 1);
    add(0, "c", 3, UP, 1);
    add(1, "c", 3, NO_CARRIER, 1);
    changes(NULL, "up b2, down c3");
}

static void addresses_as_sets(void)
{
    add(0, "a", 1, UP, 1);
    add(1, "a", 1, UP, 2);
    add(0, "b", 2, UP, 0);
    add(1, "b", 2, UP, 2);
    add(0, "c", 3, UP, 3);
    add(1, "c", 3, UP, 0);
    changes(NULL, "addresses a1, addresses b2, addresses c3");
}

/* The number, and even the name, may be given again. */
static void deleted_and_made_anew(void)
{
    const struct ipfunnel__deleted deleted = { .indexes = { 7, 1 }, .count = 2 };
    for (int i = 0; i < 2; i++) {
        add(i, "a", 1, UP, 1);
        add(i, "b", 2, UP, 1);
    }
    changes(&deleted, "gone a1, appeared a1");
}

static void many(void)
{
    struct ipfunnel__changes found = { .all = NULL };
    const struct ipfunnel__deleted none = { .count = 0 };
    char name[16];
    for (uint32_t i = 300; i > 0; i--) {
        snprintf(name, sizeof name, "n%u", i);
        add(1, name, i, UP, 1);
    }
    CHECK_INT(ipfunnel__interface_changes(NULL, lists[1], &none, &found), 0);
    CHECK_INT(found.count, 300);
    CHECK_STR(found.all[299].name, "n300");
    free(found.all);
    ipfunnel_interfaces_free(lists[1]);
}

int main(void)
{
    RUN(nothing);
    RUN(come_and_gone);
    RUN(renamed);
    RUN(up_and_down);
    RUN(addresses_as_sets);
    RUN(deleted_and_made_anew);
    RUN(many);
    return 0;
}

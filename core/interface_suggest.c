/* interface_suggest.c - which interface a person most likely wants, and why. */
#include "interface.h"

/* From what is least to what is most: each has what the one before has. */
enum rank { RANK_DOWN, RANK_UP, RANK_RUNNING, RANK_ADDRESS, RANK_GLOBAL, RANK_DEFAULT_ROUTE, RANKS };

/* How it was told from others of its rank: there are none, by traffic, by number. */
enum choice { CHOICE_ONLY, CHOICE_TRAFFIC, CHOICE_FIRST, CHOICES };

static const char *const reasons[RANKS][CHOICES] = {
    [RANK_UP] = {
        [CHOICE_ONLY] = "the only one that is up",
        [CHOICE_TRAFFIC] = "none is running; of those that are up the busiest",
        [CHOICE_FIRST] = "none is running; the first that is up",
    },
    [RANK_RUNNING] = {
        [CHOICE_ONLY] = "the only one that is up and running",
        [CHOICE_TRAFFIC] = "of those that are up and running the busiest",
        [CHOICE_FIRST] = "the first that is up and running",
    },
    [RANK_ADDRESS] = {
        [CHOICE_ONLY] = "the only one that is up, running and has an address",
        [CHOICE_TRAFFIC] = "of those that are up, running and have an address the busiest",
        [CHOICE_FIRST] = "the first that is up, running and has an address",
    },
    [RANK_GLOBAL] = {
        [CHOICE_ONLY] = "the only one that is up, running and reachable beyond its link",
        [CHOICE_TRAFFIC] = "of those that are up, running and reachable beyond their link the busiest",
        [CHOICE_FIRST] = "the first that is up, running and reachable beyond its link",
    },
    [RANK_DEFAULT_ROUTE] = {
        [CHOICE_ONLY] = "up, running, and the default route leads through it",
        [CHOICE_TRAFFIC] = "of those that default routes lead through the busiest",
        [CHOICE_FIRST] = "the first that a default route leads through",
    },
};

static bool has_global_address(const ipfunnel_interface *i)
{
    for (uint32_t a = 0; a < i->address_count; a++) {
        const uint8_t *b = i->addresses[a].bytes;
        bool link_local = i->addresses[a].version == 4 ? b[0] == 169 && b[1] == 254
                                                       : b[0] == 0xfe && (b[1] & 0xc0) == 0x80;
        if (!link_local)
            return true;
    }
    return false;
}

static enum rank rank_of(const ipfunnel_interface *i)
{
    if (!(i->flags & IPFUNNEL_INTERFACE_UP))
        return RANK_DOWN;
    if (i->flags & IPFUNNEL_INTERFACE_LOOPBACK || !(i->flags & IPFUNNEL_INTERFACE_RUNNING))
        return RANK_UP;
    if (i->default_route == IPFUNNEL_YES)
        return RANK_DEFAULT_ROUTE;
    return has_global_address(i) ? RANK_GLOBAL : i->address_count ? RANK_ADDRESS : RANK_RUNNING;
}

void ipfunnel__interface_suggest(ipfunnel_interface *chain)
{
    ipfunnel_interface *best = NULL;
    enum rank best_rank = RANK_DOWN;
    int alike = 0;
    bool counted = true;
    for (ipfunnel_interface *i = chain; i; i = (ipfunnel_interface *)i->next) {
        enum rank rank = rank_of(i);
        if (rank > best_rank) {
            best_rank = rank;
            alike = 0;
            counted = true;
        }
        if (rank == RANK_DOWN || rank < best_rank)
            continue;
        alike++;
        counted = counted && i->frames != IPFUNNEL_FRAMES_UNKNOWN;
    }
    /* Traffic tells them apart only where it is known of all. */
    enum choice choice = alike > 1 ? CHOICE_FIRST : CHOICE_ONLY;
    for (ipfunnel_interface *i = chain; i && alike; i = (ipfunnel_interface *)i->next) {
        if (rank_of(i) != best_rank)
            continue;
        if (best && counted && i->frames != best->frames)
            choice = CHOICE_TRAFFIC;
        if (!best || (counted && i->frames > best->frames))
            best = i;
    }
    if (!best)
        return;
    best->flags |= IPFUNNEL_INTERFACE_SUGGESTED;
    best->suggestion = reasons[best_rank][choice];
}

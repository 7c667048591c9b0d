/* interface_changes.h - what has happened between two lists of interfaces. */
#ifndef IPFUNNEL_CORE_INTERFACE_CHANGES_H
#define IPFUNNEL_CORE_INTERFACE_CHANGES_H
#include "os.h"

struct ipfunnel__change {
    uint32_t kind;                  /* IPFUNNEL_EVENT_* */
    uint32_t interface_index;
    const char *name, *former_name; /* strings of the lists; former_name "" unless RENAMED */
};

struct ipfunnel__changes {
    struct ipfunnel__change *all;   /* for free() */
    uint32_t count, room;
};

/* Adds what changed from `before` to `after`, both ordered by index: first what is gone, then the rest by index.
 * `deleted` are interfaces known to have been deleted in between: one that is in both lists is another one now. Returns
 * 0, or IPFUNNEL_ENOMEM after having added some of it. */
int ipfunnel__interface_changes(const ipfunnel_interface *before, const ipfunnel_interface *after,
                                const struct ipfunnel__deleted *deleted, struct ipfunnel__changes *out);

#endif

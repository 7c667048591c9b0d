/* interface_place.h - interfaces by addresses and networks, and by where datagrams to an address leave. */
#ifndef IPFUNNEL_CORE_INTERFACE_PLACE_H
#define IPFUNNEL_CORE_INTERFACE_PLACE_H
#include <ipfunnel.h>
#include <stdbool.h>

struct ipfunnel__place {
    int version;                        /* 4 or 6; 0: it is no address */
    uint8_t bytes[16];
    int prefix_length;                  /* of a network, ADDRESS/BITS; -1: no "/"; -2: what follows it is no length */
    char scope[64];                     /* the interface that stands after the %; "" when nothing does */
};

struct ipfunnel__place ipfunnel__place_read(const char *text);

/* The interface that has the address, or one in the network; *named is that address. NULL and *error when there is none
 * or more than one that is meant. `text` is the place as it was written, of a version that is not 0. */
const ipfunnel_interface *ipfunnel__interface_at(const ipfunnel_interface *chain, const struct ipfunnel__place *place,
                                                 const char *text, const ipfunnel_address **named,
                                                 ipfunnel_error *error);

/* "toward:ADDRESS". NULL and *error when there is none. */
const ipfunnel_interface *ipfunnel__interface_toward(const ipfunnel_interface *chain, const char *text,
                                                     ipfunnel_error *error);

/* interface_find.c: by name or one of the other things that it is called, or by number; NULL when there is none. */
const ipfunnel_interface *ipfunnel__interface_named(const ipfunnel_interface *chain, const char *text);
const ipfunnel_interface *ipfunnel__interface_numbered(const ipfunnel_interface *chain, const char *text);

/* The first one with this flag (IPFUNNEL_INTERFACE_*); NULL when there is none. */
const ipfunnel_interface *ipfunnel__interface_with(const ipfunnel_interface *chain, uint32_t flag);

#endif

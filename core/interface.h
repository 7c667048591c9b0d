/* interface.h - building interface records, and finding one by what a person typed. */
#ifndef IPFUNNEL_CORE_INTERFACE_H
#define IPFUNNEL_CORE_INTERFACE_H
#include <ipfunnel.h>
#include <stdbool.h>

/* What an interface is called; NULL: nothing. */
struct ipfunnel__interface_texts {
    const char *name, *description, *guid;
    const char *const *other_names;
    uint32_t other_name_count;
};

/* A new record with copies of the texts and room for address_count addresses, in one block for free(). The addresses
 * are zero; the caller fills them through `addresses`. NULL when out of memory. */
ipfunnel_interface *ipfunnel__interface_make(const struct ipfunnel__interface_texts *texts, uint32_t address_count,
                                             ipfunnel_address **addresses);

/* Orders a chain by index; returns its new beginning. */
ipfunnel_interface *ipfunnel__interface_sort(ipfunnel_interface *chain);

/* Marks the one interface a person most likely wants, with the reason. */
void ipfunnel__interface_suggest(ipfunnel_interface *chain);

/* Finds the interface that `text` names, in one of the ways that ipfunnel.h lists; *named is the one of its addresses
 * by which it did, or in the network by which it did; NULL: it was something else. NULL and *error when there is none,
 * when there are several, or for the ANY address. */
const ipfunnel_interface *ipfunnel__interface_find(const ipfunnel_interface *chain, const char *text,
                                                   const ipfunnel_address **named, ipfunnel_error *error);
#endif

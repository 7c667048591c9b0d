/* interface.h - building interface records, and finding one by what a person typed. */
#ifndef IPFUNNEL_CORE_INTERFACE_H
#define IPFUNNEL_CORE_INTERFACE_H
#include <ipfunnel.h>
#include <stdbool.h>

/* A new record with copies of the strings and room for address_count addresses, in one block for free(). The addresses
 * are zero; the caller fills them through `addresses`. NULL when out of memory. */
ipfunnel_interface *ipfunnel__interface_make(const char *name, const char *description, const char *guid,
                                             uint32_t address_count, ipfunnel_address **addresses);

/* Marks the one interface a person most likely wants, with the reason. */
void ipfunnel__interface_suggest(ipfunnel_interface *chain);

/* Finds the interface that `text` names, in one of the ways that ipfunnel.h lists; *family is 4 or 6 when it was one of
 * its addresses, else 0. NULL and *error when there is none, or for the ANY address. */
const ipfunnel_interface *ipfunnel__interface_find(const ipfunnel_interface *chain, const char *text, int *family,
                                                   ipfunnel_error *error);
#endif

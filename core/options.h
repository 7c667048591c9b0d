/* options.h - structs that start with their own size, and the checks of ipfunnel_options.
 * A field that such a struct gets later must not lie in what was padding at its end: programs built before did not
 * initialise it, and their size does not tell. */
#ifndef IPFUNNEL_CORE_OPTIONS_H
#define IPFUNNEL_CORE_OPTIONS_H
#include <ipfunnel.h>

/* EINVAL with *error when `given` is NULL or its size is none that a struct beginning with a size_t can have. */
int ipfunnel__check_sized(const void *given, const char *name, ipfunnel_error *error);

/* Copies a struct of the caller that starts with its size into ours of `known` bytes; fields it does not have become 0.
 * EINVAL as above, or when a field that we do not know is not 0. */
int ipfunnel__take_sized(void *ours, size_t known, const void *given, const char *name, ipfunnel_error *error);

/* Copies our struct over the caller's, as far as the caller's size goes; the size field stays. EINVAL as above. */
int ipfunnel__give_sized(void *given, const void *ours, size_t known, const char *name, ipfunnel_error *error);

/* Checks all that can be checked without knowing backend or interface, and fills in the defaults that are numbers. */
int ipfunnel__options_check(ipfunnel_options *options, ipfunnel_error *error);

#endif

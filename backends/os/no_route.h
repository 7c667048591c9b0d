/* no_route.h - the error of ipfunnel__os_route on POSIX systems. */
#ifndef IPFUNNEL_OS_NO_ROUTE_H
#define IPFUNNEL_OS_NO_ROUTE_H
#include <ipfunnel.h>

/* The call `where` failed with errno `code`, or found no way; returns the status. */
int ipfunnel__no_route(ipfunnel_error *error, int version, const uint8_t *bytes, const char *where, int code);

#endif

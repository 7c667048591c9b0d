/* interface_bell_none.c - where the interfaces are looked at from time to time: Windows, macOS, the BSDs. */
#include "os.h"

int ipfunnel__bell_open(struct ipfunnel__bell *bell, ipfunnel_error *error)
{
    (void)error;
    bell->handle = -1;
    return IPFUNNEL_OK;
}

bool ipfunnel__bell_rang(struct ipfunnel__bell *bell, struct ipfunnel__deleted *deleted)
{
    (void)bell;
    deleted->count = 0;
    return false;
}

void ipfunnel__bell_close(struct ipfunnel__bell *bell)
{
    (void)bell;
}

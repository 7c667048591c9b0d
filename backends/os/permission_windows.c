#include "error.h"
#include "os.h"

int ipfunnel__os_permission_remedy(ipfunnel_error *error)
{
    return ipfunnel__remedy(error, "start it as administrator (\"Run as administrator\")");
}

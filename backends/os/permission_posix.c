#include "error.h"
#include "os.h"

int ipfunnel__os_permission_remedy(ipfunnel_error *error)
{
    return ipfunnel__remedy(error, "run it as root, or give this user access to /dev/bpf*");
}

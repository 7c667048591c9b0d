#define _GNU_SOURCE
#include "error.h"
#include "os.h"
#include <stdio.h>
#include <unistd.h>

int ipfunnel__os_permission_remedy(ipfunnel_error *error)
{
    char program[200];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program);
    if (length < 0 || (size_t)length == sizeof program)
        length = snprintf(program, sizeof program, "<program>");
    return ipfunnel__remedy(error, "sudo setcap cap_net_raw+ep %.*s (or a private network to play in: unshare -Urn)",
                            (int)length, program);
}

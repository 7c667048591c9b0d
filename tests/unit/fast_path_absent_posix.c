/* fast_path_absent_posix.c - a system without the loopback fast path says so, whatever the socket is. */
#include "check.h"
#include <ipfunnel_ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void refused(uintptr_t handle, int on)
{
    ipfunnel_error error = { .status = 0 };
    CHECK_INT(ipfunnel_loopback_fast_path(handle, on, &error), IPFUNNEL_EOPNOTSUPP);
    CHECK_INT(error.status, IPFUNNEL_EOPNOTSUPP);
    CHECK_INT(error.os_code, 0);
    CHECK_CONTAINS(error.where, "SIO_LOOPBACK_FAST_PATH");
    CHECK_CONTAINS(error.text, "only Windows");
    CHECK(error.remedy[0]);
    CHECK_INT(ipfunnel_loopback_fast_path(handle, on, NULL), IPFUNNEL_EOPNOTSUPP);
}

static void it_is_refused_for_any_socket(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fd >= 0);
    refused((uintptr_t)fd, 1);
    refused((uintptr_t)fd, 0);
    close(fd);
    refused(UINTPTR_MAX, 1);
}

int main(void)
{
    RUN(it_is_refused_for_any_socket);
    return 0;
}

/* os_posix.c - core/os.h for Linux, the BSDs and macOS. */
#define _DEFAULT_SOURCE
#include "error.h"
#include "os.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static int64_t clock_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t ipfunnel__os_monotonic_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

int64_t ipfunnel__os_wall_ns(void)
{
    return clock_ns(CLOCK_REALTIME);
}

/* Names of what the calls of a capture can fail with; others go by their number. */
static const char *const error_names[] = {
    [EACCES] = "EACCES", [EADDRNOTAVAIL] = "EADDRNOTAVAIL", [EAFNOSUPPORT] = "EAFNOSUPPORT", [EAGAIN] = "EAGAIN",
    [EBUSY] = "EBUSY", [EINVAL] = "EINVAL", [EIO] = "EIO", [EMFILE] = "EMFILE", [ENETDOWN] = "ENETDOWN",
    [ENFILE] = "ENFILE", [ENOBUFS] = "ENOBUFS", [ENODEV] = "ENODEV", [ENOMEM] = "ENOMEM", [ENOSYS] = "ENOSYS",
    [ENXIO] = "ENXIO", [EOPNOTSUPP] = "EOPNOTSUPP", [EPERM] = "EPERM", [EPROTONOSUPPORT] = "EPROTONOSUPPORT",
};

char *ipfunnel__os_error_text(int code, char *out, size_t size)
{
    /* Not strerror_r, of which two incompatible forms exist: for a known errno strerror returns a constant text on the
     * systems this file is for. */
    bool in_table = code >= 0 && (size_t)code < sizeof error_names / sizeof *error_names;
    const char *name = in_table ? error_names[code] : NULL;
    if (name)
        snprintf(out, size, "%s (%s)", strerror(code), name);
    else
        snprintf(out, size, "%s (errno %d)", strerror(code), code);
    return out;
}

int ipfunnel__os_parse_address(const char *text, uint8_t bytes[16])
{
    memset(bytes, 0, 16);
    if (inet_pton(AF_INET, text, bytes) == 1)
        return 4;
    return inet_pton(AF_INET6, text, bytes) == 1 ? 6 : 0;
}

char *ipfunnel__os_address_text(int version, const uint8_t *bytes, char *out, size_t size)
{
    char text[INET6_ADDRSTRLEN] = "";
    inet_ntop(version == 4 ? AF_INET : AF_INET6, bytes, text, sizeof text);
    snprintf(out, size, "%s", text);
    return out;
}

size_t ipfunnel__os_wait_size(void)
{
    return sizeof(struct pollfd);
}

int ipfunnel__os_wait(const intptr_t handles[], int n, int timeout_ms, void *scratch)
{
    struct pollfd *fds = scratch;
    for (int i = 0; i < n; i++)
        fds[i] = (struct pollfd){ .fd = (int)handles[i], .events = POLLIN };
    int ready = poll(fds, (nfds_t)n, timeout_ms);
    if (ready >= 0)
        return ready;
    return errno == EINTR ? 0 : IPFUNNEL_EIO;
}

int ipfunnel__signal_make(struct ipfunnel__signal *s, ipfunnel_error *error)
{
    int ends[2];
    *s = (struct ipfunnel__signal){ .handle = -1, .setter = -1 };
    if (pipe(ends)) {
        char why[96];
        int code = errno;
        ipfunnel__fail(error, IPFUNNEL_ENOBUFS, code, "pipe", "no descriptor for waking a wait: %s",
                       ipfunnel__os_error_text(code, why, sizeof why));
        return ipfunnel__remedy(error, "close other captures or raise the limit (ulimit -n)");
    }
    for (int i = 0; i < 2; i++) {
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
        fcntl(ends[i], F_SETFL, O_NONBLOCK);
    }
    *s = (struct ipfunnel__signal){ .handle = ends[0], .setter = ends[1] };
    return IPFUNNEL_OK;
}

void ipfunnel__signal_set(const struct ipfunnel__signal *s)
{
    /* A full pipe is as readable as can be, so a failing write has nothing to add. */
    int saved = errno;
    ssize_t written = write((int)s->setter, "", 1);
    (void)written;
    errno = saved;
}

void ipfunnel__signal_clear(const struct ipfunnel__signal *s)
{
    char sink[64];
    while (read((int)s->handle, sink, sizeof sink) == (ssize_t)sizeof sink)
        continue;
}

void ipfunnel__signal_close(struct ipfunnel__signal *s)
{
    if (s->handle < 0 || s->handle == s->setter)
        return;
    close((int)s->handle);
    close((int)s->setter);
    *s = (struct ipfunnel__signal){ .handle = -1, .setter = -1 };
}

FILE *ipfunnel__os_binary_stdout(void)
{
    return stdout;
}

char *ipfunnel__os_name(char *out, size_t size)
{
    struct utsname u;
    if (uname(&u) == 0)
        snprintf(out, size, "%s %s %s", u.sysname, u.release, u.machine);
    else
        snprintf(out, size, "unknown");
    return out;
}

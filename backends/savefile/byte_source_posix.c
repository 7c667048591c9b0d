#define _DEFAULT_SOURCE
#include "byte_source.h"
#include "error.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct ipfunnel__source_cause causes[] = {
    { .code = ENOENT, .status = IPFUNNEL_EIO, .remedy = "correct the path" },
    { .code = ENOTDIR, .status = IPFUNNEL_EIO, .remedy = "correct the path" },
    { .code = ENAMETOOLONG, .status = IPFUNNEL_EIO, .remedy = "correct the path" },
    { .code = EISDIR, .status = IPFUNNEL_EIO, .remedy = "name a file in this folder" },
    { .code = EACCES, .status = IPFUNNEL_EACCES, .remedy = "make the file readable for this user (chmod, chown)" },
    { .code = EPERM, .status = IPFUNNEL_EACCES, .remedy = "make the file readable for this user (chmod, chown)" },
    { .code = EBADF, .status = IPFUNNEL_EIO, .remedy = "standard input is closed: pipe a capture into this program" },
    { .code = ENXIO, .status = IPFUNNEL_EIO, .remedy = "this is a socket in the file system: name a file or a pipe" },
    { .code = EMFILE, .status = IPFUNNEL_ENOBUFS, .remedy = "close files, or raise the limit (ulimit -n)" },
    { .code = ENFILE, .status = IPFUNNEL_ENOBUFS, .remedy = "the whole system has too many open files" },
    { .code = ENOMEM, .status = IPFUNNEL_ENOMEM, .remedy = "free memory and try again" },
};

static int failed(ipfunnel_error *error, const char *where, const char *path, int code)
{
    return ipfunnel__source_fail(error, where, path, code, causes, sizeof causes / sizeof *causes);
}

static int is_a_terminal(ipfunnel_error *error, const char *path)
{
    ipfunnel__fail(error, IPFUNNEL_EIO, 0, "isatty", "%.200s is a terminal, which holds no capture",
                   ipfunnel__source_name(path));
    return ipfunnel__remedy(error, "name a file, or pipe a capture into this program");
}

/* What is always ready, such as /dev/null, needs no waiting. */
static int join(struct ipfunnel__byte_source *source, const char *path, const struct ipfunnel__signal *signal,
                ipfunnel_error *error)
{
    struct ipfunnel__joined joined;
    int code = ipfunnel__joined_make(&joined, false);
    if (!code)
        code = ipfunnel__joined_add(&joined, source->handle);
    if (!code)
        code = ipfunnel__joined_add(&joined, signal->handle);
    if (code) {
        ipfunnel__joined_close(&joined);
        return code == EPERM ? IPFUNNEL_OK : failed(error, "joined handle", path, code);
    }
    source->ready = joined.handle;
    source->waits = true;
    return IPFUNNEL_OK;
}

int ipfunnel__source_open(struct ipfunnel__byte_source *source, const char *path,
                          const struct ipfunnel__signal *signal, ipfunnel_error *error)
{
    struct stat about;
    *source = (struct ipfunnel__byte_source){ .handle = -1, .ready = -1 };
    int fd = STDIN_FILENO;
    if (strcmp(path, "-") != 0) {
        /* O_NONBLOCK: a FIFO without a writer would keep open waiting, where nothing could interrupt it. */
        fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
        if (fd < 0)
            return failed(error, "open", path, errno);
        source->ours = true;
    }
    source->handle = fd;
    if (fstat(fd, &about) < 0)
        return failed(error, "fstat", path, errno);
    if (S_ISDIR(about.st_mode))
        return failed(error, "open", path, EISDIR);
    if (isatty(fd))
        return is_a_terminal(error, path);
    if (S_ISREG(about.st_mode)) {
        source->size = about.st_size > 0 ? (uint64_t)about.st_size : 0;
        return IPFUNNEL_OK;
    }
    if (S_ISBLK(about.st_mode))
        return IPFUNNEL_OK;
    return join(source, path, signal, error);
}

bool ipfunnel__source_wait(const struct ipfunnel__byte_source *source, const struct ipfunnel__signal *signal,
                           int timeout_ms)
{
    struct pollfd fds[2] = { { .fd = (int)source->handle, .events = POLLIN },
                             { .fd = (int)signal->handle, .events = POLLIN } };
    if (poll(fds, 2, timeout_ms) <= 0)
        return false;
    if (fds[1].revents)
        ipfunnel__signal_clear(signal);
    return fds[0].revents;
}

int ipfunnel__source_read(struct ipfunnel__byte_source *source, const char *path, uint8_t *out, size_t size,
                          size_t *got, ipfunnel_error *error)
{
    ssize_t n;
    do
        n = read((int)source->handle, out, size);
    while (n < 0 && errno == EINTR);
    *got = n > 0 ? (size_t)n : 0;
    if (n > 0)
        return IPFUNNEL_OK;
    if (n == 0)
        return IPFUNNEL_END;
    return errno == EAGAIN || errno == EWOULDBLOCK ? IPFUNNEL_OK : failed(error, "read", path, errno);
}

void ipfunnel__source_close(struct ipfunnel__byte_source *source)
{
    if (source->waits)
        ipfunnel__joined_close(&(struct ipfunnel__joined){ .handle = source->ready, .alarm = -1 });
    if (source->ours)
        close((int)source->handle);
    *source = (struct ipfunnel__byte_source){ .handle = -1, .ready = -1 };
}

#define _GNU_SOURCE
#include "named_pipe.h"
#include "check.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[NAMED_PIPE_PATH];

static int descriptor(const struct named_pipe *pipe)
{
    return (int)(intptr_t)pipe->handle;
}

void named_pipe_make(struct named_pipe *pipe, int number)
{
    if (!folder[0]) {
        snprintf(folder, sizeof folder, "/tmp/ipfunnel-pipes-XXXXXX");
        CHECK(mkdtemp(folder));
        signal(SIGPIPE, SIG_IGN);
    }
    *pipe = (struct named_pipe){ .handle = (void *)(intptr_t)-1 };
    snprintf(pipe->path, sizeof pipe->path, "%.40s/%d", folder, number);
    CHECK_INT(mkfifo(pipe->path, 0600), 0);
}

enum named_pipe_state named_pipe_look(struct named_pipe *pipe)
{
    if (!pipe->connected) {
        int fd = open(pipe->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0)
            return NAMED_PIPE_WAITS;
#ifdef F_SETPIPE_SZ
        fcntl(fd, F_SETPIPE_SZ, NAMED_PIPE_SIZE);
#endif
        pipe->handle = (void *)(intptr_t)fd;
        pipe->connected = true;
    }
    struct pollfd p = { .fd = descriptor(pipe), .events = POLLOUT };
    return poll(&p, 1, 0) >= 0 && !(p.revents & POLLERR) ? NAMED_PIPE_IS_READ : NAMED_PIPE_LEFT;
}

bool named_pipe_write(struct named_pipe *pipe, const void *bytes, size_t size)
{
    ssize_t written = write(descriptor(pipe), bytes, size);
    if (written < 0 && errno == EAGAIN)
        return false;
    if (written < 0)
        CHECK_INT(errno, EPIPE);
    else
        CHECK_INT(written, size);
    return true;
}

void named_pipe_remove(struct named_pipe *pipe)
{
    if (pipe->connected)
        close(descriptor(pipe));
    if (pipe->path[0])
        unlink(pipe->path);
    *pipe = (struct named_pipe){ .path = "" };
}

void named_pipes_end(void)
{
    if (folder[0])
        rmdir(folder);
    folder[0] = '\0';
}

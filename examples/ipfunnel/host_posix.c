#define _POSIX_C_SOURCE 200809L
#include "host.h"
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void host_hold_streams(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

int64_t host_milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t host_wall_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

bool host_is_terminal(FILE *stream)
{
    return isatty(fileno(stream)) == 1;
}

bool host_output_is_pipe(void)
{
    struct stat s;
    return fstat(STDOUT_FILENO, &s) == 0 && (S_ISFIFO(s.st_mode) || S_ISSOCK(s.st_mode));
}

bool host_output_closed(void)
{
    struct pollfd p = { .fd = STDOUT_FILENO, .events = 0, .revents = 0 };
    return host_output_is_pipe() && poll(&p, 1, 0) == 1 && (p.revents & (POLLERR | POLLHUP)) != 0;
}

bool host_same_file(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Finds NAME=value among the zero-terminated strings of /proc/PID/environ. */
static bool find_in_environment(long pid, const char *name, char *out, size_t size)
{
    char path[64], *text = NULL;
    size_t capacity = 0, name_length = strlen(name);
    bool found = false;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%ld/environ", pid);
    f = fopen(path, "r");
    if (!f)
        return false;
    while (!found && getdelim(&text, &capacity, 0, f) > 0)
        if (strncmp(text, name, name_length) == 0 && text[name_length] == '=') {
            snprintf(out, size, "%s", text + name_length + 1);
            found = true;
        }
    free(text);
    fclose(f);
    return found;
}

static long parent_of(long pid)
{
    char path[64], line[128];
    long parent = 0;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%ld/status", pid);
    f = fopen(path, "r");
    if (!f)
        return 0;
    while (!parent && fgets(line, sizeof line, f))
        if (strncmp(line, "PPid:", 5) == 0)
            parent = strtol(line + 5, NULL, 10);
    fclose(f);
    return parent;
}

bool host_parent_environment(const char *name, char *out, size_t size)
{
    long pid = (long)getppid();

    /* A bound, because the chain may change while it is read. */
    for (int depth = 0; depth < 64 && pid > 0; depth++, pid = parent_of(pid))
        if (find_in_environment(pid, name, out, size))
            return true;
    return false;
}

const char *host_caveat(const char *backend)
{
    (void)backend;
    return NULL;
}

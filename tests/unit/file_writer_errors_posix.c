/* What the file writer says and leaves behind when the file cannot take it. */
#define _DEFAULT_SOURCE
#include "file_scan.h"
#include <errno.h>
#include <fcntl.h>
#include <ipfunnel_file.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static const char path[] = "file_writer_errors.out";
static uint8_t bytes[NUMBERED_MOST];

static int try_open(ipfunnel_writer **w, const char *name, ipfunnel_error *error)
{
    ipfunnel_writer_options o = IPFUNNEL_WRITER_OPTIONS_INIT;
    o.path = name;
    return ipfunnel_writer_open(w, &o, error);
}

static ipfunnel_writer *open_with_interface(const char *name)
{
    ipfunnel_writer *w = NULL;
    ipfunnel_error error;
    ipfunnel_writer_interface port = IPFUNNEL_WRITER_INTERFACE_INIT;
    CHECK_INT(try_open(&w, name, &error), 0);
    CHECK_INT(ipfunnel_writer_add_interface(w, &port), 0);
    return w;
}

static int write_number(ipfunnel_writer *w, uint64_t number)
{
    ipfunnel_datagram d = numbered_datagram(number, bytes);
    const ipfunnel_datagram *one = &d;
    return ipfunnel_writer_write(w, 0, &one, 1);
}

/* Many at once stay where they are until they are written; what becomes of them afterwards is the caller's business. */
static int write_numbers(ipfunnel_writer *w, uint64_t first, int count)
{
    enum { BATCH = 200 };
    static uint8_t pool[BATCH * 2000 + NUMBERED_MOST];
    ipfunnel_datagram d[BATCH];
    const ipfunnel_datagram *batch[BATCH];
    size_t used = 0;
    CHECK(count <= BATCH);
    for (int i = 0; i < count; i++) {
        d[i] = numbered_datagram(first + (uint64_t)i, pool + used);
        batch[i] = &d[i];
        used += d[i].length;
    }
    int status = ipfunnel_writer_write(w, 0, batch, count);
    memset(pool, 0xff, used);
    return status;
}

static void expect_refusal(const char *name, int status, int os_code, const char *text, const char *remedy)
{
    ipfunnel_error error;
    ipfunnel_writer *w = NULL;
    CHECK_INT(try_open(&w, name, &error), status);
    CHECK(!w);
    CHECK_INT(error.status, status);
    CHECK_INT(error.os_code, os_code);
    CHECK_CONTAINS(error.text, name);
    CHECK_CONTAINS(error.text, text);
    CHECK_CONTAINS(error.remedy, remedy);
}

static void a_folder_is_refused(void) { expect_refusal("/tmp", IPFUNNEL_EIO, EISDIR, "(EISDIR)", "file name"); }

static void a_missing_folder_is_refused(void)
{
    expect_refusal("no-such-folder/x.pcapng", IPFUNNEL_EIO, ENOENT, "(ENOENT)", "create the folder");
    expect_refusal("/dev/null/x.pcapng", IPFUNNEL_EIO, ENOTDIR, "(ENOTDIR)", "correct the path");
}

/* Root may write everywhere, so the test gives that up in a child. */
static void a_file_of_somebody_else_is_refused(void)
{
    FILE *f = fopen(path, "wb");
    CHECK(f && fclose(f) == 0);
    CHECK_INT(chmod(path, 0444), 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(0);
        ipfunnel_error error;
        ipfunnel_writer *w = NULL;
        _exit(try_open(&w, path, &error) == IPFUNNEL_EACCES && error.os_code == EACCES &&
              strstr(error.text, "(EACCES)") && strstr(error.remedy, "may write") ? 0 : 1);
    }
    int status = 0;
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    remove(path);
}

static void a_full_disk_is_heard_at_open(void)
{
    if (access("/dev/full", W_OK) != 0) {
        printf("  not tested: this system has no /dev/full\n");
        return;
    }
    expect_refusal("/dev/full", IPFUNNEL_EIO, ENOSPC, "(ENOSPC)", "free space");
}

static void a_failed_rotation_goes_on_in_the_old_file(void)
{
    ipfunnel_writer *w = open_with_interface(path);
    CHECK_INT(write_number(w, 0), 0);
    CHECK_INT(ipfunnel_writer_rotate(w, "no-such-folder/x.pcapng"), IPFUNNEL_EIO);
    CHECK_CONTAINS(ipfunnel_writer_last_error(w)->text, "(ENOENT)");
    CHECK_INT(write_number(w, 1), 0);
    CHECK_INT(ipfunnel_writer_close(w, NULL), 0);
    struct scan s = scan_file(path, 0);
    CHECK_INT(s.count, 2);
    CHECK(!s.cut);
    remove(path);
}

static void limit_file_size(rlim_t size)
{
    struct rlimit limit;
    CHECK_INT(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size;
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void writing_stops_at_the_first_failure(void)
{
    limit_file_size(1000001);
    ipfunnel_writer *w = open_with_interface(path);
    ipfunnel_statistics statistics = IPFUNNEL_STATISTICS_INIT;
    ipfunnel_writer_interface port = IPFUNNEL_WRITER_INTERFACE_INIT;
    ipfunnel_error first, last;
    uint64_t number = 0;
    while (number < 100000 && write_number(w, number) == 0)
        number++;
    first = *ipfunnel_writer_last_error(w);
    CHECK_INT(first.status, IPFUNNEL_EIO);
    CHECK_INT(first.os_code, EFBIG);
    CHECK_CONTAINS(first.text, path);
    CHECK_CONTAINS(first.text, "(EFBIG)");
    limit_file_size(RLIM_INFINITY);                       /* there would be room again, but a gap before it */
    CHECK_INT(write_number(w, number), IPFUNNEL_EIO);
    CHECK_INT(ipfunnel_writer_write(w, 7, NULL, -1), IPFUNNEL_EIO);
    CHECK_INT(ipfunnel_writer_add_interface(w, &port), IPFUNNEL_EIO);
    CHECK_INT(ipfunnel_writer_statistics(w, 0, &statistics, 0, 0), IPFUNNEL_EIO);
    CHECK_INT(ipfunnel_writer_flush(w), IPFUNNEL_EIO);
    CHECK_INT(ipfunnel_writer_rotate(w, path), IPFUNNEL_EIO);
    CHECK(memcmp(ipfunnel_writer_last_error(w), &first, sizeof first) == 0);
    CHECK_INT(ipfunnel_writer_close(w, &last), IPFUNNEL_EIO);
    CHECK(memcmp(&last, &first, sizeof first) == 0);

    struct scan s = scan_file(path, 0);
    CHECK(s.cut);
    CHECK(s.count > 0 && s.count <= number);
    CHECK(s.complete_bytes + NUMBERED_MOST + 100 > 1000001 && s.complete_bytes <= 1000001);
    remove(path);
}

static void a_failed_last_write_is_heard_at_close(void)
{
    ipfunnel_error error;
    ipfunnel_writer *w = open_with_interface(path);
    for (uint64_t number = 0; number < 10; number++)
        CHECK_INT(write_number(w, number), 0);            /* all in the buffer */
    limit_file_size(2000);
    CHECK_INT(ipfunnel_writer_close(w, &error), IPFUNNEL_EIO);
    limit_file_size(RLIM_INFINITY);
    CHECK_CONTAINS(error.text, "(EFBIG)");
    CHECK(scan_file(path, 0).cut);
    remove(path);
}

static void a_reader_that_left_is_an_error(void)
{
    CHECK_INT(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    CHECK(reader >= 0);
    ipfunnel_writer *w = open_with_interface(path);
    close(reader);
    CHECK_INT(write_number(w, 0), 0);
    CHECK_INT(ipfunnel_writer_flush(w), IPFUNNEL_EIO);
    CHECK_INT(ipfunnel_writer_last_error(w)->os_code, EPIPE);
    CHECK_CONTAINS(ipfunnel_writer_last_error(w)->remedy, "read this pipe");
    CHECK_INT(ipfunnel_writer_close(w, NULL), IPFUNNEL_EIO);
    remove(path);
}

static void on_alarm(int signal_number) { (void)signal_number; }

static void copy_slowly(int from, const char *to)
{
    static uint8_t chunk[5000];
    FILE *out = fopen(to, "wb");
    for (ssize_t n; (n = read(from, chunk, sizeof chunk)) > 0;)
        if (fwrite(chunk, 1, (size_t)n, out) != (size_t)n || usleep(200) != 0)
            _exit(1);
    _exit(fclose(out) == 0 ? 0 : 1);
}

/* Standard output is a pipe to a slow reader, so that writes wait, and every 200 us a signal ends the waiting. */
static void interrupted_writes_lose_nothing(int at_once)
{
    int ends[2];
    CHECK_INT(pipe(ends), 0);
    pid_t reader = fork();
    CHECK(reader >= 0);
    if (reader == 0) {
        close(ends[1]);
        copy_slowly(ends[0], path);
    }
    close(ends[0]);
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    CHECK(saved >= 0 && dup2(ends[1], STDOUT_FILENO) >= 0);
    close(ends[1]);

    struct sigaction action = { .sa_handler = on_alarm }, before;
    struct itimerval often = { .it_interval.tv_usec = 200, .it_value.tv_usec = 200 }, never = { .it_value.tv_sec = 0 };
    CHECK_INT(sigaction(SIGALRM, &action, &before), 0);
    CHECK_INT(setitimer(ITIMER_REAL, &often, NULL), 0);
    ipfunnel_writer *w = open_with_interface("-");
    for (uint64_t number = 0; number < 5000; number += (uint64_t)at_once)
        CHECK_INT(write_numbers(w, number, at_once), 0);
    CHECK_INT(ipfunnel_writer_close(w, NULL), 0);
    CHECK_INT(setitimer(ITIMER_REAL, &never, NULL), 0);
    CHECK_INT(sigaction(SIGALRM, &before, NULL), 0);

    CHECK(fcntl(STDOUT_FILENO, F_GETFD) >= 0);            /* it stays open */
    CHECK(dup2(saved, STDOUT_FILENO) >= 0);
    close(saved);
    int status = 0;
    CHECK_INT(waitpid(reader, &status, 0), reader);
    CHECK_INT(status, 0);
    struct scan s = scan_file(path, 0);
    CHECK_INT(s.count, 5000);
    CHECK(!s.cut);
    remove(path);
}

static void interrupted_writes_to_standard_output_lose_nothing(void) { interrupted_writes_lose_nothing(1); }

static void interrupted_writes_of_many_datagrams_lose_nothing(void) { interrupted_writes_lose_nothing(200); }

/* The limit falls into one of 150 that are handed over together. */
static void a_write_of_many_that_is_cut_leaves_the_first_ones_whole(void)
{
    for (rlim_t limit = 20000; limit < 100000; limit += 7919) {
        ipfunnel_writer *w = open_with_interface(path);
        limit_file_size(limit);
        CHECK_INT(write_numbers(w, 0, 150), IPFUNNEL_EIO);
        limit_file_size(RLIM_INFINITY);
        CHECK_CONTAINS(ipfunnel_writer_last_error(w)->text, "(EFBIG)");
        CHECK_INT(ipfunnel_writer_close(w, NULL), IPFUNNEL_EIO);
        struct scan s = scan_file(path, 0);
        CHECK(s.cut && s.count > 0 && s.count < 150);
        CHECK(s.complete_bytes > limit - 2100 && s.complete_bytes <= limit);
        remove(path);
    }
}

int main(void)
{
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    remove(path);
    RUN(a_folder_is_refused);
    RUN(a_missing_folder_is_refused);
    RUN(a_file_of_somebody_else_is_refused);
    RUN(a_full_disk_is_heard_at_open);
    RUN(a_failed_rotation_goes_on_in_the_old_file);
    RUN(writing_stops_at_the_first_failure);
    RUN(a_failed_last_write_is_heard_at_close);
    RUN(a_reader_that_left_is_an_error);
    RUN(interrupted_writes_to_standard_output_lose_nothing);
    RUN(interrupted_writes_of_many_datagrams_lose_nothing);
    RUN(a_write_of_many_that_is_cut_leaves_the_first_ones_whole);
    return 0;
}

/* Captures that are read from a pipe while they are written: waiting, timeouts, interrupts, ends. */
#define _DEFAULT_SOURCE
#define TEST_NAME "savefile_pipes"
#include "capture_bytes.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static ipfunnel *open_fifo(void)
{
    ipfunnel_options o = read_options();
    ipfunnel *h = NULL;
    remove(PATH);
    CHECK_INT(mkfifo(PATH, 0600), 0);
    CHECK_INT(ipfunnel_open(&h, &o, NULL), 0);
    return h;
}

static int open_writer(void)
{
    int fd = open(PATH, O_WRONLY | O_NONBLOCK);
    CHECK(fd >= 0);
    return fd;
}

static void send_bytes(int fd, const void *bytes, size_t n)
{
    CHECK_INT(write(fd, bytes, n), n);
}

static void expect_nothing_for(ipfunnel *h, int ms)
{
    const ipfunnel_datagram *d;
    int64_t start = now_ms();
    CHECK_INT(ipfunnel_recv(h, &d, 1, ms), 0);
    CHECK(now_ms() - start >= ms - 1);
}

static void a_pipe_without_a_writer_is_open_at_once_and_waited_for(void)
{
    ipfunnel *h = open_fifo();
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    expect_nothing_for(h, 30);
    CHECK_INT(ipfunnel_wait(&h, 1, 0), 0);
    CHECK_INT(ipfunnel_info(h, &info), 0);
    CHECK_INT(info.file_size, 0);
    close_bytes(h);
}

/* Each piece on its own: nothing is delivered before the record is whole, and then at once. */
static void a_capture_comes_byte_by_byte(void)
{
    for (int ng = 0; ng < 2; ng++) {
        struct file f = { .length = 0 };
        size_t ends[3];
        if (ng) {
            section(&f, true);
            interface(&f, 101, "x");
        } else {
            pcap_header(&f, 0xa1b2c3d4, 2 << 16 | 4, 101);
        }
        for (uint8_t i = 0; i < 3; i++) {
            if (ng)
                packet(&f, 0, i, i);
            else
                pcap_record(&f, i, 0, i);
            ends[i] = f.length;
        }
        ipfunnel *h = open_fifo();
        int fd = open_writer(), record = 0;
        for (size_t at = 0; at < f.length; at++) {
            send_bytes(fd, f.bytes + at, 1);
            if (at + 1 == ends[record]) {
                CHECK_INT(ipfunnel_wait(&h, 1, 1000), 1);
                next_is(h, record++);
            } else {
                expect_nothing_for(h, 0);
            }
        }
        expect_nothing_for(h, 10);
        close(fd);
        CHECK_INT(ipfunnel_wait(&h, 1, 1000), 1);
        expect_end(h);
        close_bytes(h);
    }
}

/* What one read brought is announced until it is given out. */
static void several_records_at_once_stay_announced(void)
{
    struct file f = { .length = 0 };
    pcap_header(&f, 0xa1b2c3d4, 2 << 16 | 4, 101);
    for (uint8_t i = 0; i < 10; i++)
        pcap_record(&f, i, 0, i);
    ipfunnel *h = open_fifo();
    int fd = open_writer();
    send_bytes(fd, f.bytes, f.length);
    for (int i = 0; i < 10; i++) {
        CHECK_INT(ipfunnel_wait(&h, 1, 0), 1);
        next_is(h, i);
    }
    expect_nothing_for(h, 0);
    CHECK_INT(ipfunnel_wait(&h, 1, 0), 0);
    close(fd);
    expect_end(h);
    close_bytes(h);
}

static void what_is_wrong_with_a_pipe_is_said_by_recv(void)
{
    static const struct {
        const char *bytes, *text;
    } rows[] = { { "", "is empty" }, { "abc", "ends inside its header" }, { "hello, world", "is no capture file" } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const ipfunnel_datagram *d;
        ipfunnel *h = open_fifo();
        int fd = open_writer();
        send_bytes(fd, rows[i].bytes, strlen(rows[i].bytes));
        close(fd);
        int n = 0;
        for (int attempt = 0; attempt < 3 && n == 0; attempt++)
            n = ipfunnel_recv(h, &d, 1, 1000);
        CHECK_INT(n, IPFUNNEL_EIO);
        CHECK_CONTAINS(ipfunnel_last_error(h)->text, rows[i].text);
        CHECK(ipfunnel_last_error(h)->remedy[0]);
        CHECK_INT(ipfunnel_wait(&h, 1, 0), 1);
        close_bytes(h);
    }
}

static void *interrupt_later(void *capture)
{
    usleep(20000);
    ipfunnel_interrupt(capture);
    return NULL;
}

static void interrupt_ends_a_wait_soon(ipfunnel *h)
{
    pthread_t thread;
    const ipfunnel_datagram *d;
    int in_time = 0;
    for (int i = 0; i < 5; i++) {
        int64_t start = now_ms();
        CHECK_INT(pthread_create(&thread, NULL, interrupt_later, h), 0);
        CHECK_INT(ipfunnel_recv(h, &d, 1, -1), IPFUNNEL_INTERRUPTED);
        in_time += now_ms() - start <= 20 + 50;
        CHECK_INT(pthread_join(thread, NULL), 0);
    }
    CHECK(in_time >= 3);                                  /* the machine may be busy */
}

static void an_interrupt_ends_a_wait_for_a_pipe(void)
{
    ipfunnel *h = open_fifo();
    interrupt_ends_a_wait_soon(h);                        /* nobody writes yet */
    int fd = open_writer();
    send_bytes(fd, "\xd4\xc3", 2);
    interrupt_ends_a_wait_soon(h);                        /* in the middle of the header */
    close(fd);
    close_bytes(h);
}

/* Blocks without a frame, for ever: time and interrupt are heard all the same. */
static void an_endless_pipe_without_frames_is_interrupted(void)
{
    struct file f = { .length = 0 };
    section(&f, false);
    for (int i = 0; i < 100; i++) {
        block_begin(&f, 0xabc);
        put64(&f, 0);
        block_end(&f);
    }
    ipfunnel *h = open_fifo();
    int fd = open_writer();
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        fcntl(fd, F_SETFL, 0);
        for (;;)
            if (write(fd, f.bytes, f.length) < 0)
                _exit(0);
    }
    close(fd);
    expect_nothing_for(h, 100);
    interrupt_ends_a_wait_soon(h);
    CHECK_INT(kill(child, SIGKILL), 0);
    CHECK_INT(waitpid(child, NULL, 0), child);
    close_bytes(h);
}

static void standard_input_is_read(void)
{
    int kept = dup(0), ends[2];
    for (int kind = 0; kind < 3; kind++) {
        struct file f = { .length = 0 };
        ipfunnel_options o = read_options();
        ipfunnel *h = NULL;
        pcap_header(&f, 0xa1b2c3d4, 2 << 16 | 4, 101);
        pcap_record(&f, 0, 0, 1);
        if (kind == 0) {
            write_file(f.bytes, f.length);
            ends[0] = open(PATH, O_RDONLY);
        } else {
            CHECK_INT(kind == 1 ? pipe(ends) : socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
            send_bytes(ends[1], f.bytes, f.length);
            close(ends[1]);
        }
        CHECK_INT(dup2(ends[0], 0), 0);
        close(ends[0]);
        o.file = "-";
        CHECK_INT(ipfunnel_open(&h, &o, NULL), 0);
        next_is(h, 1);
        expect_end(h);
        close_bytes(h);
        CHECK(fcntl(0, F_GETFL) >= 0);                    /* it stays open, and as it was */
        CHECK(!(fcntl(0, F_GETFL) & O_NONBLOCK));
    }
    close(0);
    ipfunnel_options o = read_options();
    ipfunnel_error e;
    ipfunnel *h = NULL;
    o.file = "-";
    CHECK_INT(ipfunnel_open(&h, &o, &e), IPFUNNEL_EIO);
    CHECK_CONTAINS(e.text, "standard input");
    CHECK_INT(dup2(kept, 0), 0);
}

static void unreadable_files_are_eacces(void)
{
    ipfunnel_options o = read_options();
    ipfunnel_error e = { 0 };
    ipfunnel *h = NULL;
    write_file("x", 1);
    CHECK_INT(chmod(PATH, 0), 0);
    int fd = open(PATH, O_RDONLY);
    if (fd >= 0) {
        printf("not looked at: this user may read everything\n");
        close(fd);
    } else {
        CHECK_INT(ipfunnel_open(&h, &o, &e), IPFUNNEL_EACCES);
        CHECK_CONTAINS(e.text, PATH);
        CHECK(e.remedy[0]);
    }
    remove(PATH);
}

int main(void)
{
    RUN(a_pipe_without_a_writer_is_open_at_once_and_waited_for);
    RUN(a_capture_comes_byte_by_byte);
    RUN(several_records_at_once_stay_announced);
    RUN(what_is_wrong_with_a_pipe_is_said_by_recv);
    RUN(an_interrupt_ends_a_wait_for_a_pipe);
    RUN(an_endless_pipe_without_frames_is_interrupted);
    RUN(standard_input_is_read);
    RUN(unreadable_files_are_eacces);
    return 0;
}

/* Captures that come through pipes of Windows, named and as standard input: waiting, ends, empty writes. */
#define TEST_NAME "savefile_pipes"
#include "capture_bytes.h"
#include <windows.h>

#define PIPE_NAME "\\\\.\\pipe\\ipfunnel-savefile-pipes"

static struct file three_records(void)
{
    struct file f = { .length = 0 };
    pcap_header(&f, 0xa1b2c3d4, 2 << 16 | 4, 101);
    for (uint8_t i = 0; i < 3; i++)
        pcap_record(&f, i, 0, i);
    return f;
}

static ipfunnel *open_capture(const char *path)
{
    ipfunnel_options o = read_options();
    ipfunnel *h = NULL;
    o.file = path;
    CHECK_INT(ipfunnel_open(&h, &o, NULL), 0);
    return h;
}

/* A pipe as standard input; returns the end to write to. */
static HANDLE pipe_to_standard_input(void)
{
    HANDLE ends[2];
    CHECK(CreatePipe(&ends[0], &ends[1], NULL, 0));
    CHECK(SetStdHandle(STD_INPUT_HANDLE, ends[0]));
    return ends[1];
}

static void send_bytes(HANDLE pipe, const void *bytes, size_t n)
{
    DWORD written = 0;
    CHECK(WriteFile(pipe, bytes, (DWORD)n, &written, NULL));
    CHECK_INT(written, n);
}

static void wait_for_next(ipfunnel *h, int number)
{
    const ipfunnel_datagram *d = NULL;
    CHECK_INT(ipfunnel_recv(h, &d, 1, 5000), 1);
    CHECK_INT(d->bytes[5], number);
}

static void wait_for_end(ipfunnel *h)
{
    const ipfunnel_datagram *d;
    CHECK_INT(ipfunnel_recv(h, &d, 1, 5000), IPFUNNEL_END);
    CHECK_INT(ipfunnel_wait(&h, 1, 5000), 1);
    CHECK_INT(ipfunnel_recv(h, &d, 1, 0), IPFUNNEL_END);
}

static void standard_input_is_waited_for(void)
{
    const ipfunnel_datagram *d;
    HANDLE writer = pipe_to_standard_input();
    ipfunnel *h = open_capture("-");
    CHECK_INT(ipfunnel_wait(&h, 1, 30), 0);
    CHECK_INT(ipfunnel_recv(h, &d, 1, 30), 0);
    struct file f = three_records();
    for (size_t at = 0; at < f.length; at++)
        send_bytes(writer, f.bytes + at, 1);
    for (int i = 0; i < 3; i++)
        wait_for_next(h, i);
    CHECK_INT(ipfunnel_recv(h, &d, 1, 30), 0);
    CHECK_INT(ipfunnel_wait(&h, 1, 0), 0);
    CloseHandle(writer);
    wait_for_end(h);
    ipfunnel_close(h);
    CHECK(CloseHandle(GetStdHandle(STD_INPUT_HANDLE)));           /* it was left open */
}

/* Windows tells a reader of writes of no bytes, which are no end. */
static void an_empty_write_is_no_end(void)
{
    HANDLE writer = pipe_to_standard_input();
    ipfunnel *h = open_capture("-");
    struct file f = three_records();
    for (int i = 0; i < 3; i++)
        send_bytes(writer, "", 0);
    send_bytes(writer, f.bytes, 30);
    send_bytes(writer, "", 0);
    send_bytes(writer, f.bytes + 30, f.length - 30);
    for (int i = 0; i < 3; i++)
        wait_for_next(h, i);
    CloseHandle(writer);
    wait_for_end(h);
    ipfunnel_close(h);
    CHECK(CloseHandle(GetStdHandle(STD_INPUT_HANDLE)));
}

/* More than the reader reads ahead and the pipe holds: nothing is lost while it waits for room. */
static void a_long_capture_comes_whole(void)
{
    enum { RECORDS = 30000 };
    HANDLE writer = CreateNamedPipeA(PIPE_NAME, PIPE_ACCESS_OUTBOUND, PIPE_TYPE_BYTE | PIPE_NOWAIT, 1, 4096, 0, 0,
                                     NULL);
    CHECK(writer != INVALID_HANDLE_VALUE);
    ipfunnel *h = open_capture(PIPE_NAME);
    struct file f = { .length = 0 };
    const ipfunnel_datagram *d[64];
    int sent = 0, got = 0;
    pcap_header(&f, 0xa1b2c3d4, 2 << 16 | 4, 101);
    while (got < RECORDS) {
        for (int burst = 0; burst < 1000 && sent < RECORDS; burst++) {
            if (f.length == 0)
                pcap_record(&f, 0, 0, (uint8_t)sent);
            DWORD written = 0;
            CHECK(WriteFile(writer, f.bytes, (DWORD)f.length, &written, NULL));
            if (written == 0)
                break;
            CHECK_INT(written, f.length);
            sent += f.length >= NUMBERED + 16 ? 1 : 0;
            f.length = 0;
        }
        int n = ipfunnel_recv(h, d, 64, sent < RECORDS ? 0 : 5000);
        CHECK(n >= 0);
        for (int i = 0; i < n; i++)
            CHECK_INT(d[i]->bytes[5], (uint8_t)got++);
    }
    CHECK(CloseHandle(writer));
    wait_for_end(h);
    ipfunnel_close(h);
}

static void closing_does_not_wait_for_the_writer(void)
{
    HANDLE writer = pipe_to_standard_input();
    ULONGLONG start = GetTickCount64();
    ipfunnel_close(open_capture("-"));
    CHECK(GetTickCount64() - start < 5000);
    CHECK(CloseHandle(writer));
    CHECK(CloseHandle(GetStdHandle(STD_INPUT_HANDLE)));
}

static void what_cannot_be_read_is_said(void)
{
    static const struct {
        const char *path, *text;
    } rows[] = {
        { "\\\\.\\pipe\\ipfunnel-no-such-pipe", "cannot read" },
        { ".", "it is a folder" },
        { "NUL", "it is a terminal or another device" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ipfunnel_options o = read_options();
        ipfunnel_error e;
        ipfunnel *h = NULL;
        o.file = rows[i].path;
        CHECK_INT(ipfunnel_open(&h, &o, &e), IPFUNNEL_EIO);
        CHECK_CONTAINS(e.text, rows[i].text);
        CHECK(e.remedy[0]);
    }
}

int main(void)
{
    RUN(standard_input_is_waited_for);
    RUN(an_empty_write_is_no_end);
    RUN(a_long_capture_comes_whole);
    RUN(closing_does_not_wait_for_the_writer);
    RUN(what_cannot_be_read_is_said);
    return 0;
}

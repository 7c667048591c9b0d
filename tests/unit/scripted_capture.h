/* scripted_capture.h - captures of the backend sio_rcvall over the scripted Winsock, opened as users do. */
#ifndef IPFUNNEL_TESTS_SCRIPTED_CAPTURE_H
#define IPFUNNEL_TESTS_SCRIPTED_CAPTURE_H
#include "check.h"
#include "scripted_winsock.h"

static inline ipfunnel_options options_on(const char *interface)
{
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    o.backend = "sio_rcvall";
    o.interface_name = interface;
    o.start = IPFUNNEL_MODE_ON;
    return o;
}

static inline ipfunnel *open_with(const ipfunnel_options *o)
{
    ipfunnel *h = NULL;
    ipfunnel_error e = { .text = "" };
    int status = ipfunnel_open(&h, o, &e);
    if (status)
        fprintf(stderr, "%s\n%s\n", e.text, e.remedy);
    CHECK_INT(status, 0);
    return h;
}

static inline ipfunnel *open_on(const char *interface)
{
    ipfunnel_options o = options_on(interface);
    return open_with(&o);
}

/* Everything was given back. */
static inline void close_and_check(ipfunnel *h)
{
    ipfunnel_close(h);
    CHECK_INT(scripted_open_sockets(), 0);
    CHECK_INT(scripted_starts(), 0);
}

static inline ipfunnel_capture_info info_of(ipfunnel *h)
{
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    CHECK_INT(ipfunnel_info(h, &info), 0);
    return info;
}

/* A UDP datagram of `length` bytes with a number in it: 10.0.0.2 > 10.0.0.1, fd00::2 > fd00::1. */
static inline void make_v4(uint8_t *bytes, uint32_t length, uint32_t number)
{
    static const uint8_t header[28] = { 0x45, 0, 0, 0, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 2, 10, 0, 0, 1,
                                        0x0f, 0xa0, 0, 53 };
    CHECK(length >= 32);
    memset(bytes, (int)number, length);
    memcpy(bytes, header, sizeof header);
    bytes[2] = (uint8_t)(length >> 8);
    bytes[3] = (uint8_t)length;
    memcpy(bytes + 28, &number, 4);
}

static inline uint32_t number_in(const ipfunnel_datagram *d)
{
    uint32_t number = 0;
    memcpy(&number, d->bytes + 28, 4);
    return number;
}

enum { V6_LENGTH = 60 };

static inline void make_v6(uint8_t bytes[V6_LENGTH], uint32_t number)
{
    static const uint8_t header[48] = { 0x60, 0, 0, 0, 0, 20, 17, 64, 0xfd, [23] = 2, [24] = 0xfd, [39] = 1,
                                        0x0f, 0xa0, 0, 53, 0, 20 };
    memset(bytes, 0, V6_LENGTH);
    memcpy(bytes, header, sizeof header);
    memcpy(bytes + 48, &number, 4);
}

static inline void deliver_v4(uint32_t number)
{
    uint8_t bytes[40];
    make_v4(bytes, sizeof bytes, number);
    CHECK(scripted_deliver(4, bytes, sizeof bytes, NULL) > 0);
}

static inline void deliver_v6(uint32_t number)
{
    uint8_t bytes[V6_LENGTH];
    make_v6(bytes, number);
    CHECK(scripted_deliver(6, bytes, sizeof bytes, NULL) > 0);
}

/* What is there now, one at a time; NULL: nothing. */
static inline const ipfunnel_datagram *next_of(ipfunnel *h)
{
    const ipfunnel_datagram *d = NULL;
    int n = ipfunnel_recv(h, &d, 1, 0);
    if (n < 0)
        fprintf(stderr, "%s: %s\n", ipfunnel_status_text(n), ipfunnel_last_error(h)->text);
    CHECK(n >= 0);
    return n ? d : NULL;
}

static inline void expect_numbers(ipfunnel *h, uint32_t first, uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        const ipfunnel_datagram *d = next_of(h);
        CHECK(d);
        CHECK_INT(number_in(d), i);
    }
    CHECK(!next_of(h));
}

/* Is the wait handle ready? */
static inline int ready(ipfunnel *h)
{
    ipfunnel *const captures[] = { h };
    return ipfunnel_wait(captures, 1, 0);
}

#endif

/* command_marks.c - the marks in the doctor's own datagrams: found wherever they stand, and only those of one run. */
#include "../../examples/ipfunnel/doctor/own_traffic.h"
#include "check.h"

static void a_mark_is_found_wherever_it_stands(void)
{
    for (size_t at = 0; at < 60; at++) {
        uint8_t *bytes = calloc(1, at + MARK_SIZE);         /* exact: reading on is an error under ASan */
        uint32_t number = 0;
        mark_write(bytes + at, 0x12345678, 7);
        CHECK(mark_find(bytes, at + MARK_SIZE, 0x12345678, &number));
        CHECK_INT(number, 7);
        CHECK(!mark_find(bytes, at + MARK_SIZE - 1, 0x12345678, &number));
        CHECK(!mark_find(bytes, at + MARK_SIZE, 0x12345679, &number));
        free(bytes);
    }
}

static void the_first_of_several_counts(void)
{
    uint8_t bytes[3 * MARK_SIZE + 4] = "ipf~";
    uint32_t number = 0;

    mark_write(bytes + 4, 1, 5);
    mark_write(bytes + 4 + MARK_SIZE, 2, 6);
    mark_write(bytes + 4 + 2 * MARK_SIZE, 2, 0xffffffff);
    CHECK(mark_find(bytes, sizeof bytes, 2, &number));
    CHECK_INT(number, 6);
    CHECK(!mark_find(bytes, 0, 2, &number));
}

/* Whatever is asked for, no more than the promised number is sent. */
static void nothing_is_sent_beyond_the_bound(void)
{
    const struct endpoint loopback = { .version = 4, .bytes = { 127, 0, 0, 1 } };
    struct traffic_batch batch;
    struct own_traffic t;

    CHECK(own_sockets_start());
    traffic_start(&t, 1);
    t.datagrams = TRAFFIC_MOST_DATAGRAMS - 2;
    traffic_udp(&t, &batch, &loopback, 5, MARK_SIZE, false);
    CHECK_INT(batch.count, 2);
    CHECK_INT(batch.arrived, 2);
    traffic_udp(&t, &batch, &loopback, 5, MARK_SIZE, false);
    CHECK_INT(batch.count, 0);
    CHECK_INT(t.datagrams, TRAFFIC_MOST_DATAGRAMS);
    traffic_start(&t, 1);
    t.end_ms -= 1000 * TRAFFIC_MOST_SECONDS + 1;
    traffic_udp(&t, &batch, &loopback, 5, MARK_SIZE, false);
    CHECK_INT(batch.count, 0);
    traffic_tcp(&t, &batch, &loopback, 4096, NULL);
    CHECK_INT(batch.count, 0);
    own_sockets_stop();
}

static void a_connection_carries_what_was_asked_for(void)
{
    const struct endpoint loopback = { .version = 4, .bytes = { 127, 0, 0, 1 } };
    struct traffic_batch batch;
    struct own_traffic t;

    CHECK(own_sockets_start());
    traffic_start(&t, 1);
    traffic_tcp(&t, &batch, &loopback, 1 << 20, NULL);
    CHECK_INT(batch.count, 1024);
    CHECK_INT(t.tcp_bytes, 1 << 20);
    CHECK(batch.from_port && batch.to_port);
    own_sockets_stop();
}

int main(void)
{
    RUN(a_mark_is_found_wherever_it_stands);
    RUN(the_first_of_several_counts);
    RUN(nothing_is_sent_beyond_the_bound);
    RUN(a_connection_carries_what_was_asked_for);
    return 0;
}

/* command_own_connection.c - which datagrams belong to the SSH connection of the terminal. */
#include "../../examples/ipfunnel/own_connection.h"
#include "check.h"

static uint8_t bytes[80];
static ipfunnel_datagram d;

static void set_hex(const char *hex)
{
    size_t n = 0;
    for (; hex[0] && hex[1]; hex += hex[2] == ' ' ? 3 : 2) {
        char two[3] = { hex[0], hex[1], 0 };
        bytes[n++] = (uint8_t)strtoul(two, NULL, 16);
    }
    d = (ipfunnel_datagram){ .bytes = bytes, .length = (uint32_t)n, .original_length = (uint32_t)n,
                             .version = bytes[0] >> 4, .interface_name = "eth0" };
}

static bool own(const char *connection)
{
    struct own_connection c;
    CHECK(own_connection_parse(connection, &c));
    return own_connection_has(&c, &d);
}

#define FROM_CLIENT "4500002800070000 40060000 0a090001 0a090002"
#define FROM_SERVER "4500002800070000 40060000 0a090002 0a090001"
#define REST " 0000000000000000 50100000 00000000"

static void both_directions(void)
{
    set_hex(FROM_CLIENT " 9c400016" REST);
    CHECK(own("10.9.0.1 40000 10.9.0.2 22"));
    set_hex(FROM_SERVER " 00169c40" REST);
    CHECK(own("10.9.0.1 40000 10.9.0.2 22"));
}

static void all_four_must_agree(void)
{
    set_hex(FROM_CLIENT " 9c400016" REST);
    CHECK(!own("10.9.0.1 40001 10.9.0.2 22"));
    CHECK(!own("10.9.0.1 40000 10.9.0.2 23"));
    CHECK(!own("10.9.0.3 40000 10.9.0.2 22"));
    CHECK(!own("10.9.0.1 40000 10.9.0.3 22"));
    CHECK(!own("10.9.0.1 22 10.9.0.2 40000"));
}

static void other_protocols_and_fragments_stay(void)
{
    set_hex("4500001c00070000 40110000 0a090001 0a090002 9c400016 00080000");
    CHECK(!own("10.9.0.1 40000 10.9.0.2 22"));
    set_hex("4500002800070001 40060000 0a090001 0a090002 9c400016" REST);
    CHECK(!own("10.9.0.1 40000 10.9.0.2 22"));
}

static void ipv6(void)
{
    set_hex("60000000001406ff fe800000000000000000000000000001 fe800000000000000000000000000002 9c400016" REST);
    CHECK(own("fe80::1%eth0 40000 fe80::2%eth0 22"));
    CHECK(!own("fe80::1 40000 fe80::3 22"));
    set_hex(FROM_CLIENT " 9c400016" REST);
    CHECK(own("::ffff:10.9.0.1 40000 ::ffff:10.9.0.2 22"));
}

static void unusable_text(void)
{
    static const char *const texts[] = {
        "", "10.9.0.1", "10.9.0.1 40000 10.9.0.2", "10.9.0.1 x 10.9.0.2 22", "10.9.0.1 0 10.9.0.2 22",
        "10.9.0.1 40000 10.9.0.2 65536", "UNKNOWN 65535 UNKNOWN",
    };
    struct own_connection c;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        CHECK(!own_connection_parse(texts[i], &c));
}

int main(void)
{
    RUN(both_directions);
    RUN(all_four_must_agree);
    RUN(other_protocols_and_fragments_stay);
    RUN(ipv6);
    RUN(unusable_text);
    return 0;
}

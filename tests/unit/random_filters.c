/* random_filters.c - see random_filters.h. */
#include "random_filters.h"
#include <stdarg.h>

static uint64_t state;

void random_begin(uint64_t seed) { state = seed; }

uint32_t draw(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 20) % below);
}

bool chance(uint32_t percent) { return draw(100) < percent; }

/* ---- Datagrams. Few addresses and ports, so that expressions meet them. */

static const uint8_t hosts4[][4] = { { 10, 0, 0, 1 }, { 10, 0, 0, 2 }, { 10, 1, 2, 3 }, { 192, 0, 2, 9 },
                                     { 224, 0, 0, 1 }, { 10, 0, 0, 255 } };
static const uint8_t hosts6[][16] = {
    { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 }, { 0x20, 0x01, 0x0d, 0xb8, [5] = 1, [15] = 2 }, { 0xfd, [15] = 1 },
    { 0xff, 0x02, [15] = 1 },
};
static const uint16_t ports[] = { 53, 80, 443, 4000, 6081, 65535 };
static const uint8_t protocols[] = { 6, 17, 132, 1, 58, 2, 50, 51, 103, 112, 9, 0, 43, 44, 60, 59 };

static uint32_t put_transport(uint8_t *at, uint8_t protocol)
{
    uint32_t length = 8 + draw(40);
    for (uint32_t i = 0; i < length; i++)
        at[i] = (uint8_t)(chance(50) ? draw(4) : draw(256));
    if (protocol == 6 || protocol == 17 || protocol == 132)
        for (int i = 0; i < 4; i += 2) {
            uint16_t port = ONE_OF(ports);
            at[i] = (uint8_t)(port >> 8);
            at[i + 1] = (uint8_t)port;
        }
    return length;
}

/* Headers of a chain, with lengths that fit and lengths that do not. */
static uint32_t put_chain(uint8_t *at, uint8_t *protocol)
{
    uint32_t used = 0;
    while (chance(50) && used < 100) {
        uint8_t kind = *protocol, next = ONE_OF(protocols);
        if (kind != 0 && kind != 43 && kind != 44 && kind != 51 && kind != 60)
            break;
        at[used] = next;
        at[used + 1] = (uint8_t)draw(3);
        uint32_t size = kind == 51 ? (at[used + 1] + 2u) * 4 : kind == 44 ? 8 : (at[used + 1] + 1u) * 8;
        for (uint32_t i = 2; i < size; i++)
            at[used + i] = (uint8_t)draw(3);
        used += size;
        *protocol = next;
    }
    return used;
}

uint32_t random_datagram(uint8_t *out)
{
    uint8_t protocol = ONE_OF(protocols);
    uint32_t header;
    if (chance(60)) {
        header = 20 + (chance(20) ? draw(11) * 4 : 0);
        memset(out, 0, header);
        out[0] = (uint8_t)(0x40 | header / 4);
        out[6] = (uint8_t)(chance(20) ? draw(0x40) : 0);
        out[7] = (uint8_t)(chance(20) ? draw(256) : 0);
        out[8] = 64;
        out[9] = protocol;
        memcpy(out + 12, ONE_OF(hosts4), 4);
        memcpy(out + 16, ONE_OF(hosts4), 4);
    } else {
        header = 40;
        memset(out, 0, header);
        out[0] = 0x60;
        out[6] = protocol;
        out[7] = 64;
        memcpy(out + 8, ONE_OF(hosts6), 16);
        memcpy(out + 24, ONE_OF(hosts6), 16);
    }
    uint32_t length = header + put_chain(out + header, &protocol);
    length += put_transport(out + length, protocol);
    out[2] = 0;
    out[3] = (uint8_t)length;
    while (chance(30))
        out[draw(length)] = (uint8_t)draw(256);
    return chance(15) ? draw(length + 1) : length;
}

/* ---- Expressions. */

void random_add(struct random_text *t, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(t->bytes + t->used, RANDOM_TEXT_ROOM - t->used, format, arguments);
    va_end(arguments);
    CHECK(n >= 0 && t->used + (size_t)n < RANDOM_TEXT_ROOM);
    t->used += (size_t)n;
}

static void add_host(struct random_text *t)
{
    static const char *const texts[] = { "10.0.0.1", "10.0.0.2", "10.1.2.3", "192.0.2.9", "224.0.0.1", "2001:db8::1",
                                         "2001:db8:0:0:1::2", "fd00::1", "ff02::1", "172.16.0.1" };
    random_add(t, "%s", ONE_OF(texts));
}

static void add_arithmetic(struct random_text *t, int depth)
{
    static const char *const accessors[] = { "ip", "ip6", "tcp", "udp", "icmp", "icmp6", "sctp", "igmp", "pim",
                                             "vrrp" };
    static const char *const operators[] = { "+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>" };
    static const char *const sizes[] = { "", "", ":1", ":2", ":4" };
    switch (depth > 0 ? draw(6) : draw(3)) {
    case 0: random_add(t, "%u", chance(70) ? draw(20) + 1 : draw(70000)); break;
    case 1: random_add(t, "len"); break;
    case 2: random_add(t, "%s[%u%s]", ONE_OF(accessors), draw(24), ONE_OF(sizes)); break;
    case 3:
        random_add(t, "%s[", ONE_OF(accessors));
        add_arithmetic(t, depth - 1);
        random_add(t, "%s]", ONE_OF(sizes));
        break;
    case 4: {
        const char *operator = ONE_OF(operators);
        random_add(t, "(");
        add_arithmetic(t, depth - 1);
        random_add(t, " %s ", operator);
        if (*operator == '<' || *operator == '>')
            random_add(t, "%u", draw(32));
        else
            add_arithmetic(t, depth - 1);
        random_add(t, ")");
        break;
    }
    default:
        random_add(t, "-");
        add_arithmetic(t, depth - 1);
        break;
    }
}

static void add_primitive(struct random_text *t)
{
    static const char *const directions[] = { "", "", "src ", "dst ", "src or dst ", "src and dst " };
    static const char *const carriers[] = { "", "", "tcp ", "udp ", "sctp " };
    static const char *const families[] = { "", "ip ", "ip6 " };
    /* Without "geneve": what follows it reads memory that libpcap's program has not always set. */
    static const char *const alone[] = { "ip", "ip6", "tcp", "udp", "sctp", "icmp", "icmp6", "igmp", "igrp", "pim",
                                         "ah", "esp", "vrrp", "ip multicast", "ip6 multicast", "ip broadcast" };
    static const char *const nets[] = { "10.0.0.0/8", "10.0.0.0/24", "10.0", "192.0.2.0 mask 255.255.255.0",
                                        "2001:db8::/32", "2001:db8::/48", "fd00::/8", "0.0.0.0/0" };
    static const char *const relations[] = { "=", "==", "!=", "<", "<=", ">", ">=" };
    uint32_t low;
    switch (draw(10)) {
    case 0: random_add(t, "%shost ", ONE_OF(directions)); add_host(t); break;
    case 1: random_add(t, "%snet %s", ONE_OF(directions), ONE_OF(nets)); break;
    case 2: random_add(t, "%s%sport %u", ONE_OF(carriers), ONE_OF(directions), ONE_OF(ports)); break;
    case 3:
        low = draw(5000);
        random_add(t, "%s%sportrange %u-%u", ONE_OF(carriers), ONE_OF(directions), low, low + draw(5000));
        break;
    case 4: random_add(t, "%sproto %u", ONE_OF(families), ONE_OF(protocols)); break;
    case 5: random_add(t, "%sprotochain %u", ONE_OF(families), ONE_OF(protocols)); break;
    case 6: random_add(t, "%s %u", chance(50) ? "less" : "greater", draw(120)); break;
    case 7: random_add(t, "%s", ONE_OF(alone)); break;
    default:
        add_arithmetic(t, 2);
        random_add(t, " %s ", ONE_OF(relations));
        add_arithmetic(t, 2);
        break;
    }
}

void random_expression(struct random_text *t, int depth)
{
    if (chance(20))
        random_add(t, "not ");
    if (depth == 0 || chance(40)) {
        add_primitive(t);
        return;
    }
    random_add(t, "(");
    random_expression(t, depth - 1);
    random_add(t, chance(50) ? " and " : " or ");
    random_expression(t, depth - 1);
    random_add(t, ")");
}

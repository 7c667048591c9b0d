#include "own_connection.h"
#include "host.h"
#include "option_parser.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TCP = 6 };

bool own_connection_parse(const char *text, struct own_connection *out)
{
    struct own_connection c;
    char port[2][8];
    uint64_t n = 0;

    if (sscanf(text, "%63s %7s %63s %7s", c.address[0], port[0], c.address[1], port[1]) != 4)
        return false;
    for (int i = 0; i < 2; i++) {
        char *zone = strchr(c.address[i], '%');
        if (!parse_number(port[i], 1, 65535, &n))
            return false;
        c.port[i] = (uint16_t)n;
        if (zone)
            *zone = 0;
        if (strncmp(c.address[i], "::ffff:", 7) == 0 && strchr(c.address[i], '.'))
            memmove(c.address[i], c.address[i] + 7, strlen(c.address[i] + 7) + 1);
    }
    *out = c;
    return true;
}

bool own_connection_find(struct own_connection *out)
{
    char text[256];
    const char *own = getenv("SSH_CONNECTION");

    if (own)
        return own_connection_parse(own, out);
    return host_parent_environment("SSH_CONNECTION", text, sizeof text) && own_connection_parse(text, out);
}

bool own_connection_has(const struct own_connection *c, const ipfunnel_datagram *datagram)
{
    ipfunnel_headers h = IPFUNNEL_HEADERS_INIT;
    char source[64], destination[64];

    if (ipfunnel_read_headers(datagram, &h) < 0 || h.protocol != TCP || !(h.flags & IPFUNNEL_HAS_PORTS))
        return false;
    for (int from = 0; from < 2; from++) {
        if (h.source_port != c->port[from] || h.destination_port != c->port[!from])
            continue;
        ipfunnel_address_text(h.version, h.source, source, sizeof source);
        ipfunnel_address_text(h.version, h.destination, destination, sizeof destination);
        if (strcmp(source, c->address[from]) == 0 && strcmp(destination, c->address[!from]) == 0)
            return true;
    }
    return false;
}

/* own_connection.h - the SSH connection that carries this terminal. Showing its datagrams would make more of them. */
#ifndef OWN_CONNECTION_H
#define OWN_CONNECTION_H
#include <ipfunnel.h>
#include <stdbool.h>

struct own_connection {
    char address[2][64];        /* client, server: as ipfunnel_address_text writes them */
    uint16_t port[2];
};

/* Looks for SSH_CONNECTION here and in the parent processes. False when there is none that can be read. */
bool own_connection_find(struct own_connection *out);

/* Reads the four words of SSH_CONNECTION: client address and port, server address and port. */
bool own_connection_parse(const char *text, struct own_connection *out);

/* Is it a TCP datagram between these two ends, in either direction? Fragments without ports are not recognised. */
bool own_connection_has(const struct own_connection *, const ipfunnel_datagram *datagram);

#endif

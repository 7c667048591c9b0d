/* peer_posix.h - processes in the second namespace of netns.sh -2, and addresses. */
#ifndef IPFUNNEL_TESTS_PEER_POSIX_H
#define IPFUNNEL_TESTS_PEER_POSIX_H
#include <sys/socket.h>
#include <sys/types.h>

/* Starts `work` in a child process: in the peer's namespace, or here. Returns when it has called peer_is_ready. */
pid_t peer_start(void (*work)(int version), int version, int here);
void peer_is_ready(void);

/* Waits for its end, which must be a success. */
void peer_end(pid_t child);

/* An address by its text. */
socklen_t address_of(struct sockaddr_storage *out, const char *text, unsigned port);

/* A bound socket that waits at most 3 s for anything. */
int socket_at(int type, const char *text, unsigned port);

/* ETHTOOL_S... of a device of this namespace. */
void set_offload(const char *device, unsigned command, unsigned value);

#endif

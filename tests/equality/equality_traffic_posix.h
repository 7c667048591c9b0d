/* equality_traffic_posix.h - what the kernel is made to send. Both sides run on the CPU of the caller, and all of it
 * has been sent when these return, but for the reports of groups, which come a little later.
 * Ours is 10.9.0.1, fd09::1 on va; the peer, in the second namespace of netns.sh -2, 10.9.0.2, fd09::2 on vb. */
#ifndef IPFUNNEL_TESTS_EQUALITY_TRAFFIC_POSIX_H
#define IPFUNNEL_TESTS_EQUALITY_TRAFFIC_POSIX_H

void udp_to_peer_ipv4(void);            /* 0, 100 and 1452 bytes from port 4000 to 4001, and each back */
void udp_to_peer_ipv6(void);
void udp_fragmented_ipv4(void);         /* 4000 bytes */
void udp_fragmented_ipv6(void);
void udp_segmented_ipv4(void);          /* 5000 bytes in one call, for the device to cut into 1000 each */
void udp_segmented_ipv6(void);
void udp_to_nobody_ipv4(void);          /* to a closed port, and the error that comes back */
void udp_to_nobody_ipv6(void);
void udp_to_many(void);                 /* broadcast, multicast */
void echo_ipv4(void);                   /* three echo requests and replies */
void echo_ipv6(void);
void join_group_ipv4(void);             /* and what the kernel reports of it */
void join_group_ipv6(void);
void udp_loopback_ipv4(void);           /* to itself, over lo */
void udp_loopback_ipv6(void);

/* A connection, STREAM_BYTES of data, and its end. */
enum { STREAM_BYTES = 1 << 20 };
void tcp_ipv4(void);
void tcp_ipv6(void);
void tcp_without_offloads_ipv4(void);
void tcp_without_offloads_ipv6(void);
void tcp_received_ipv4(void);           /* from the peer, who cuts; va puts together again (GRO) */
void tcp_received_ipv6(void);
void tcp_big_ipv4(void);                /* datagrams beyond 64 KiB */
void tcp_big_ipv6(void);
void tcp_loopback_ipv4(void);
void tcp_loopback_ipv6(void);

#endif

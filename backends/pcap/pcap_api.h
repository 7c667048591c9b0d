/* pcap_api.h - the functions of libpcap that are used, behind one table: linked on Unix, looked up at run time on
 * Windows, where Npcap may be absent. No other file of the capture backend names one. */
#ifndef IPFUNNEL_PCAP_PCAP_API_H
#define IPFUNNEL_PCAP_PCAP_API_H
#include <ipfunnel.h>
#include <pcap/pcap.h>
#include <stdbool.h>

struct ipfunnel__pcap_api {
    bool asks_permission_first;   /* before it looks whether there is such an interface */

    pcap_t *(*create)(const char *device, char *text);
    int (*set_snaplen)(pcap_t *, int bytes);
    int (*set_promisc)(pcap_t *, int on);
    int (*set_timeout)(pcap_t *, int ms);
    int (*set_buffer_size)(pcap_t *, int bytes);
    int (*activate)(pcap_t *);
    int (*setnonblock)(pcap_t *, int on, char *text);
    pcap_t *(*open_offline)(const char *path, char *text);
    int (*datalink)(pcap_t *);
    const char *(*datalink_val_to_name)(int dlt);
    int (*snapshot)(pcap_t *);
    int (*dispatch)(pcap_t *, int count, pcap_handler, u_char *user);
    int (*stats)(pcap_t *, struct pcap_stat *);
    char *(*geterr)(pcap_t *);
    const char *(*statustostr)(int code);
    void (*close)(pcap_t *);

    /* NULL where this libpcap has no such function: microseconds, by addresses, no file position, and so on. */
    int (*set_tstamp_precision)(pcap_t *, int precision);
    int (*get_tstamp_precision)(pcap_t *);
    pcap_t *(*open_offline_with_tstamp_precision)(const char *path, u_int precision, char *text);
    int (*setdirection)(pcap_t *, pcap_direction_t);
    int (*get_selectable_fd)(pcap_t *);
    const struct timeval *(*get_required_select_timeout)(pcap_t *);
    void *(*getevent)(pcap_t *);                          /* of Npcap: a HANDLE. By data, never by time */
    int (*set_immediate_mode)(pcap_t *, int on);          /* so always with that, else to be faster than timeouts */
    int (*set_tstamp_type)(pcap_t *, int type);           /* where time is not the wall clock's unless asked for */
    FILE *(*file)(pcap_t *);
};

/* The table, for ever; NULL and *error (EUNAVAILABLE) where libpcap cannot be had. Any thread. */
const struct ipfunnel__pcap_api *ipfunnel__pcap_api(ipfunnel_error *error);

#endif

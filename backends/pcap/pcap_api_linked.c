#define _DEFAULT_SOURCE
#include "pcap_api.h"

const struct ipfunnel__pcap_api *ipfunnel__pcap_api(ipfunnel_error *error)
{
    static const struct ipfunnel__pcap_api linked = {
        .asks_permission_first = true,
        .create = pcap_create,
        .set_snaplen = pcap_set_snaplen,
        .set_promisc = pcap_set_promisc,
        .set_timeout = pcap_set_timeout,
        .set_buffer_size = pcap_set_buffer_size,
        .activate = pcap_activate,
        .setnonblock = pcap_setnonblock,
        .open_offline = pcap_open_offline,
        .datalink = pcap_datalink,
        .datalink_val_to_name = pcap_datalink_val_to_name,
        .snapshot = pcap_snapshot,
        .dispatch = pcap_dispatch,
        .stats = pcap_stats,
        .geterr = pcap_geterr,
        .statustostr = pcap_statustostr,
        .close = pcap_close,
        .set_tstamp_precision = pcap_set_tstamp_precision,
        .get_tstamp_precision = pcap_get_tstamp_precision,
        .open_offline_with_tstamp_precision = pcap_open_offline_with_tstamp_precision,
        .setdirection = pcap_setdirection,
        .get_selectable_fd = pcap_get_selectable_fd,
        .get_required_select_timeout = pcap_get_required_select_timeout,
        .set_immediate_mode = pcap_set_immediate_mode,
        .file = pcap_file,
    };
    (void)error;
    return &linked;
}

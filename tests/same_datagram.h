/* same_datagram.h - are two datagrams the same in every field? */
#ifndef IPFUNNEL_TESTS_SAME_DATAGRAM_H
#define IPFUNNEL_TESTS_SAME_DATAGRAM_H
#include <ipfunnel.h>
#include <stddef.h>

/* The name of the first field that differs; NULL: none. What the bytes are is not looked at, only where. */
static inline const char *differing_field(const ipfunnel_datagram *a, const ipfunnel_datagram *b)
{
    return a->bytes != b->bytes                                           ? "bytes"
           : a->length != b->length                                       ? "length"
           : a->original_length != b->original_length                     ? "original_length"
           : a->time_ns != b->time_ns                                     ? "time_ns"
           : a->dropped_before != b->dropped_before                       ? "dropped_before"
           : a->flags != b->flags                                         ? "flags"
           : a->interface_index != b->interface_index                     ? "interface_index"
           : a->segment_size != b->segment_size                           ? "segment_size"
           : a->vlan[0] != b->vlan[0] || a->vlan[1] != b->vlan[1]         ? "vlan"
           : a->vlan_count != b->vlan_count                               ? "vlan_count"
           : a->version != b->version                                     ? "version"
           : a->direction != b->direction                                 ? "direction"
           : a->direction_source != b->direction_source                   ? "direction_source"
           : a->checksum != b->checksum                                   ? "checksum"
           : a->interface_name != b->interface_name                       ? "interface_name"
           : a->unproven != b->unproven                                   ? "unproven"
                                                                          : NULL;
}

#endif

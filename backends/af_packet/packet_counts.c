#include "packet_counts.h"

uint32_t ipfunnel__packet_counts_add(struct ipfunnel__packet_counts *counts, uint32_t packets, uint32_t drops)
{
    counts->accepted += (uint32_t)(packets - drops);
    counts->dropped += drops;
    counts->unknown = false;
    return drops;
}

void ipfunnel__packet_counts_fail(struct ipfunnel__packet_counts *counts)
{
    counts->unknown = true;
}

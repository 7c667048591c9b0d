/* statistics.c - the ledgers and the facts of a capture, for the caller. */
#include "capture.h"
#include "options.h"

uint32_t ipfunnel_version(void)
{
    return IPFUNNEL_VERSION_MAJOR << 16 | IPFUNNEL_VERSION_MINOR << 8 | IPFUNNEL_VERSION_PATCH;
}

int ipfunnel_stats(ipfunnel *h, ipfunnel_statistics *out)
{
    struct ipfunnel__counters system = { .frames = UINT64_MAX, .dropped = UINT64_MAX };
    h->backend->stats(h->state, &system);

    uint64_t counts[IPFUNNEL_COUNTER_COUNT], carrying_ip = 0;
    uint64_t available = (UINT64_C(1) << IPFUNNEL_COUNTER_COUNT) - 1;
    for (int i = 0; i < IPFUNNEL_COUNTER_COUNT; i++) {
        counts[i] = h->counts[i];
        if (i >= IPFUNNEL_COUNTER_delivered)
            carrying_ip += counts[i];
    }
    counts[IPFUNNEL_COUNTER_carrying_ip] = carrying_ip - counts[IPFUNNEL_COUNTER_extra_from_cutting];
    counts[IPFUNNEL_COUNTER_frames] = system.frames == UINT64_MAX ? ipfunnel__frames_taken(h) : system.frames;
    counts[IPFUNNEL_COUNTER_pending] = counts[IPFUNNEL_COUNTER_frames] - h->walked;
    counts[IPFUNNEL_COUNTER_dropped] = system.dropped == UINT64_MAX ? 0 : system.dropped;
    if (system.dropped == UINT64_MAX)
        available &= ~(UINT64_C(1) << IPFUNNEL_COUNTER_dropped);
    available &= ~h->facts.hidden;

    ipfunnel_statistics s = { .size = sizeof s, .available = available };
#define IPFUNNEL__COPY(name) s.name = counts[IPFUNNEL_COUNTER_##name];
    IPFUNNEL_COUNTERS(IPFUNNEL__COPY)
#undef IPFUNNEL__COPY
    return ipfunnel__give_sized(out, &s, sizeof s, "ipfunnel_statistics", &h->error);
}

int ipfunnel_info(ipfunnel *h, ipfunnel_capture_info *out)
{
    ipfunnel_capture_info info = {
        .size = sizeof info,
        .backend = h->backend->info.name,
        .interface_name = h->request.interface_name,
        .interface_index = h->request.interface_index,
        .capabilities = h->backend->info.capabilities & ~h->facts.cannot,
        .mode = (uint32_t)h->mode,
        .promiscuous = h->facts.promiscuous,
        .families = h->request.families & ~h->facts.families_failed,
        .families_failed = h->facts.families_failed,
        .link_type = h->facts.link_type,
        .snap_length = h->request.snap_length,
        .latency_us = h->facts.latency_us,
        .clock_resolution_ns = h->facts.clock_resolution_ns,
        .buffer_bytes = h->facts.buffer_bytes,
        .clock = h->facts.clock,
        .file_position = h->facts.file_position,
        .file_size = h->facts.file_size,
        .filter = h->filter ? h->filter->expression : "",
        .filter_in_kernel = h->facts.preselects ? h->facts.preselects : IPFUNNEL_NO,
    };
    return ipfunnel__give_sized(out, &info, sizeof info, "ipfunnel_capture_info", &h->error);
}

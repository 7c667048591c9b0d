/* push.c - frames from the caller: what is wrong with one before a backend sees it. */
#include "capture.h"
#include "error.h"
#include "options.h"

static int bad_facts(ipfunnel *h, uint32_t facts)
{
    ipfunnel__fail(&h->error, IPFUNNEL_EINVAL, 0, "ipfunnel_push", "facts 0x%x contradict each other or are unknown",
                   facts);
    return ipfunnel__remedy(&h->error, "use the IPFUNNEL_FRAME_... bits; IN and OUT, OUT and OTHER_HOST, "
                                       "CHECKSUM_NOT_READY and CHECKSUM_VALID exclude each other");
}

static int bad_link_type(ipfunnel *h, uint32_t link_type)
{
    ipfunnel__fail(&h->error, IPFUNNEL_EINVAL, 0, "ipfunnel_push", "%u is not a link type", link_type);
    return ipfunnel__remedy(&h->error, "LINKTYPE numbers are at most 65535: https://www.tcpdump.org/linktypes.html");
}

static bool facts_fit(uint32_t facts)
{
    static const uint32_t exclusive[] = {
        IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OUT,
        IPFUNNEL_FRAME_OUT | IPFUNNEL_FRAME_OTHER_HOST,
        IPFUNNEL_FRAME_CHECKSUM_NOT_READY | IPFUNNEL_FRAME_CHECKSUM_VALID,
    };
    for (size_t i = 0; i < sizeof exclusive / sizeof *exclusive; i++)
        if ((facts & exclusive[i]) == exclusive[i])
            return false;
    return facts < IPFUNNEL_FRAME_TAGGED << 1;
}

static int bad_offload(ipfunnel *h, const ipfunnel_frame *f)
{
    ipfunnel__fail(&h->error, IPFUNNEL_EINVAL, 0, "ipfunnel_push",
                   "segmentation %u, segment_size %u, checksum_offset %u are unknown or too large", f->segmentation,
                   f->segment_size, f->checksum_offset);
    return ipfunnel__remedy(&h->error, "use IPFUNNEL_SEGMENTS_... and at most 65535, or 0 for \"unknown\"");
}

static bool offload_fits(const ipfunnel_frame *f)
{
    uint32_t kind = f->segmentation & ~(uint32_t)IPFUNNEL_SEGMENTS_ECN;
    return (kind == IPFUNNEL_SEGMENTS_UNKNOWN || kind == IPFUNNEL_SEGMENTS_TCP4 || kind == IPFUNNEL_SEGMENTS_TCP6
            || kind == IPFUNNEL_SEGMENTS_UDP)
           && f->segment_size <= UINT16_MAX && f->checksum_offset <= UINT16_MAX;
}

static int bad_frame(ipfunnel *h, const ipfunnel_frame *f)
{
    ipfunnel__fail(&h->error, IPFUNNEL_EINVAL, 0, "ipfunnel_push",
                   "a frame of %u bytes cannot have %u captured bytes%s", f->original_length, f->captured_length,
                   f->bytes ? "" : " at NULL");
    return ipfunnel__remedy(&h->error, "captured_length is at most original_length, which may be 0 for \"the same\"");
}

int ipfunnel_push(ipfunnel *h, const ipfunnel_frame *given)
{
    ipfunnel_frame frame;
    int status = ipfunnel__take_sized(&frame, sizeof frame, given, "ipfunnel_frame", &h->error);
    if (status)
        return status;
    if (!(h->backend->info.capabilities & IPFUNNEL_CAN_PUSH)) {
        ipfunnel__fail(&h->error, IPFUNNEL_EOPNOTSUPP, 0, "ipfunnel_push",
                       "the backend %s takes no frames from the caller", h->backend->info.name);
        return ipfunnel__remedy(&h->error, "open with backend \"memory\"");
    }
    if (!frame.original_length)
        frame.original_length = frame.captured_length;
    if ((!frame.bytes && frame.captured_length) || frame.original_length < frame.captured_length)
        return bad_frame(h, &frame);
    if (!facts_fit(frame.facts))
        return bad_facts(h, frame.facts);
    if (!offload_fits(&frame))
        return bad_offload(h, &frame);
    if (frame.link_type > UINT16_MAX)
        return bad_link_type(h, frame.link_type);
    return h->backend->push(h->state, &frame, &h->error);
}

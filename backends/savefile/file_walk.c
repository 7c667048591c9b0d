#include "file_walk.h"
#include "error.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum ipfunnel__step ipfunnel__walk_bad(const struct ipfunnel__file_walk *walk, ipfunnel_error *error,
                                       const char *format, ...)
{
    char what[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    ipfunnel__fail(error, IPFUNNEL_EIO, 0, "savefile", "%.100s is damaged at byte %llu: %s", walk->path,
                   (unsigned long long)walk->offset, what);
    ipfunnel__remedy(error, "what came before it is good; copy the file anew, as binary data, or go on with that part");
    return IPFUNNEL__STEP_BAD;
}

enum ipfunnel__step ipfunnel__walk_too_large(const struct ipfunnel__file_walk *walk, ipfunnel_error *error,
                                             uint64_t bytes)
{
    ipfunnel__walk_bad(walk, error, "a record of %llu bytes, which is more than the memory for it (%llu)",
                       (unsigned long long)bytes, (unsigned long long)walk->largest);
    ipfunnel__remedy(error, "if the file is not damaged, open it with more memory (ring_bytes, -B)");
    return IPFUNNEL__STEP_BAD;
}

static enum ipfunnel__step not_a_capture(const struct ipfunnel__file_walk *walk, const uint8_t *b,
                                         ipfunnel_error *error)
{
    ipfunnel__fail(error, IPFUNNEL_EIO, 0, "savefile", "%.100s is no capture file: it begins with %02x %02x %02x %02x",
                   walk->path, b[0], b[1], b[2], b[3]);
    ipfunnel__remedy(error, "pcap and pcapng can be read; \"editcap FILE NEW.pcapng\" converts many other formats");
    return IPFUNNEL__STEP_BAD;
}

enum ipfunnel__step ipfunnel__walk_step(struct ipfunnel__file_walk *walk, const uint8_t *bytes, size_t available,
                                        struct ipfunnel__frame *frame, ipfunnel_error *error)
{
    static const uint8_t section[4] = { 0x0a, 0x0d, 0x0d, 0x0a };
    if (walk->step)
        return walk->step(walk, bytes, available, frame, error);
    if (available < sizeof section) {
        walk->size = sizeof section;
        return IPFUNNEL__STEP_MORE;
    }
    if (memcmp(bytes, section, sizeof section) == 0)
        return ipfunnel__pcapng_step(walk, bytes, available, frame, error);
    if (ipfunnel__pcap_magic(bytes))
        return ipfunnel__pcap_header(walk, bytes, available, error);
    return not_a_capture(walk, bytes, error);
}

int ipfunnel__walk_run(struct ipfunnel__file_walk *walk, const uint8_t *bytes, size_t available,
                       struct ipfunnel__frame *frames, int max)
{
    return walk->run ? walk->run(walk, bytes, available, frames, max) : 0;
}

int ipfunnel__walk_ready(struct ipfunnel__file_walk *walk, const struct ipfunnel__file_interface *from,
                         const struct ipfunnel__frame *frames)
{
    if (walk->places_of != from) {
        ipfunnel__places_forget(&walk->places);
        walk->places.like = from->frame;
        walk->places_of = from;
    }
    return ipfunnel__places_ready(&walk->places, frames);
}

/* A name goes to people's terminals, and a file may be anybody's: no control characters. */
static void copy_name(char *out, const uint8_t *name, size_t length)
{
    for (size_t i = 0; i < length; i++)
        out[i] = (char)(name[i] < ' ' || name[i] == 0x7f ? '?' : name[i]);
    out[length] = '\0';
}

/* UTF-8 is not cut inside a character. */
static size_t name_length(const uint8_t *name, size_t length)
{
    const uint8_t *zero = length > 0 ? memchr(name, '\0', length) : NULL;
    if (zero)
        length = (size_t)(zero - name);
    if (length <= IPFUNNEL__MOST_NAME)
        return length;
    length = IPFUNNEL__MOST_NAME;
    while (length > 0 && (name[length] & 0xc0) == 0x80)
        length--;
    return length;
}

static bool make_room(struct ipfunnel__file_walk *walk)
{
    if (walk->interface_count < walk->interface_room)
        return true;
    uint32_t room = walk->interface_room ? walk->interface_room * 2 : 8;
    struct ipfunnel__file_interface **more = realloc(walk->interfaces, room * sizeof *more);
    if (!more)
        return false;
    walk->interfaces = more;
    walk->interface_room = room;
    return true;
}

enum ipfunnel__step ipfunnel__walk_add(struct ipfunnel__file_walk *walk, const struct ipfunnel__file_interface *like,
                                       const uint8_t *name, size_t length, ipfunnel_error *error)
{
    if (walk->interface_count == IPFUNNEL__MOST_INTERFACES)
        return ipfunnel__walk_bad(walk, error, "more than %d interfaces", IPFUNNEL__MOST_INTERFACES);
    length = name_length(name, length);
    struct ipfunnel__file_interface *made = make_room(walk) ? malloc(sizeof *made + length + 1) : NULL;
    if (!made) {
        ipfunnel__no_memory(error, "savefile");
        return IPFUNNEL__STEP_BAD;
    }
    *made = *like;
    made->dropped = UINT64_MAX;
    made->link_known = ipfunnel__link_known(like->link_type);
    copy_name(made->name, name, length);
    made->frame = (struct ipfunnel__frame){
        .dropped_before = like->drops_counted ? 0 : IPFUNNEL_DROPS_UNKNOWN,
        .link_type = like->link_type,
        .interface_index = like->number,
        .interface_name = made->name,
        .direction_source = IPFUNNEL_SAYS_FILE,
    };
    bool first = walk->interface_count == 0;
    if (first || walk->link_type != like->link_type)
        walk->link_type = first ? like->link_type : IPFUNNEL_LENGTH_UNKNOWN;
    if (first || walk->clock_resolution_ns != like->clock_resolution_ns)
        walk->clock_resolution_ns = first ? like->clock_resolution_ns : 0;
    walk->interfaces[walk->interface_count++] = made;
    return IPFUNNEL__STEP_PASS;
}

void ipfunnel__walk_lengths(struct ipfunnel__frame *frame, const struct ipfunnel__file_interface *interface,
                            uint32_t captured, uint32_t original)
{
    if (original < captured)
        original = captured;
    original -= interface->fcs_bytes < original ? interface->fcs_bytes : original;
    frame->captured = captured < original ? captured : original;
    frame->original = original;
}

uint64_t ipfunnel__walk_dropped(const struct ipfunnel__file_walk *walk)
{
    uint64_t sum = 0;
    bool told = false;
    for (uint32_t i = 0; i < walk->interface_count; i++) {
        const struct ipfunnel__file_interface *f = walk->interfaces[i];
        uint64_t by_frames = f->frames > 0 ? f->frames_dropped : UINT64_MAX, most = f->dropped;
        if (by_frames != UINT64_MAX && (most == UINT64_MAX || by_frames > most))
            most = by_frames;
        if (most == UINT64_MAX && f->frames > 0)
            return UINT64_MAX;
        if (most == UINT64_MAX)
            continue;
        told = true;
        sum = sum + most < sum || sum + most == UINT64_MAX ? UINT64_MAX - 1 : sum + most;
    }
    return told ? sum : UINT64_MAX;
}

void ipfunnel__walk_close(struct ipfunnel__file_walk *walk)
{
    for (uint32_t i = 0; i < walk->interface_count; i++)
        free(walk->interfaces[i]);
    free(walk->interfaces);
    walk->interfaces = NULL;
    walk->interface_count = walk->interface_room = 0;
}

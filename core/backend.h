/* backend.h - the contract between the core and a backend.
 *
 * A backend turns one way into the system into frames. It knows nothing of IP: no trimming, no counting of datagrams,
 * no families. The core (capture.c) is the only caller of the slots, from one thread at a time, `interrupt` excepted.
 * backends/memory is the smallest complete one and the template for the next.
 *
 * Every slot must be there; "not supported" is an answer (EOPNOTSUPP), not a NULL. Slots return 0 or a negative
 * ipfunnel_status and then fill *error (never NULL) through ipfunnel__fail. */
#ifndef IPFUNNEL_CORE_BACKEND_H
#define IPFUNNEL_CORE_BACKEND_H
#include "frame.h"
#include <stdbool.h>

struct ipfunnel_filter;                       /* filter/filter.h */

/* What the user asked for, checked and with defaults filled in. Lives as long as the capture. */
struct ipfunnel__request {
    const char *interface_name;               /* resolved system name; the file's; "" for backends that take frames */
    uint32_t interface_index;                 /* 0 for backends without interfaces */
    uint32_t interface_flags;                 /* IPFUNNEL_INTERFACE_* when it was opened */
    char interface_guid[40];                  /* "{...}"; "" where interfaces have none */
    const ipfunnel_address *addresses;        /* of the interface when it was opened: address_count of them */
    uint32_t address_count;
    const ipfunnel_address *named;            /* the one of them that the user named it by; NULL: by something else */
    uint32_t hardware_address_length;         /* the interface's, then; 0 = none or unknown */
    uint8_t hardware_address[8];
    bool file;                                /* interface_name is the path of a capture file */
    uint32_t flags;                           /* IPFUNNEL_OPEN_* */
    uint32_t families;
    uint32_t snap_length;                     /* in datagram bytes: the core cuts, a backend may cut later than that */
    uint32_t latency_us;
    uint32_t fanout_group, fanout_mode;
    uint64_t ring_bytes;
};

/* What the backend obtained. The core clears it before open; open, set_mode, recv and stats keep it up to date. */
struct ipfunnel__facts {
    uint32_t cannot;                          /* IPFUNNEL_CAN_* of the backend that this capture lacks */
    uint32_t promiscuous;                     /* IPFUNNEL_UNKNOWN / NO / YES */
    uint32_t families_failed;
    uint32_t link_type;                       /* for ipfunnel_info; IPFUNNEL_LINK_TYPE_MIXED */
    uint32_t latency_us;                      /* the longest delay that is added; 0: all is handed over at once */
    uint32_t clock_resolution_ns;
    uint64_t buffer_bytes;
    uint64_t hidden;                          /* bits of counters that are unknown: the kernel program makes them so, or
                                                 the system did not answer; their values are what is known */
    int alike;                                /* by recv: so many frames from the first one on differ in nothing but
                                                 bytes, captured, original, time_ns, facts and vlan_tci. The core clears
                                                 it before; 0: this backend does not tell */
    uint32_t preselects;                      /* IPFUNNEL_YES, PARTLY: the program in force leaves out frames that the
                                                 filter rejects, by filter_preselect; 0: it does not */
    uint64_t file_position, file_size;        /* for ipfunnel_info; 0 where there is no file, or no end to see */
    const char *clock;
    const ipfunnel_address *addresses;        /* of the interface now, address_count of them, valid until recv is called
                                                 again; NULL: still those of the request */
    uint32_t address_count;
};

/* Counted by the system since open; UINT64_MAX where it does not tell. Never decreasing. */
struct ipfunnel__counters {
    uint64_t frames;                          /* handed over, whether or not recv has returned them yet */
    uint64_t dropped;                         /* lost for lack of room, not part of frames */
};

struct ipfunnel__backend {
    ipfunnel_backend info;                    /* what ipfunnel_backend_at shows */
    size_t state_size;                        /* the core allocates this much, zeroed, as `state` for open */

    /* Can it run here, for this user? Opens and closes what it must to know. Any thread. */
    int (*probe)(ipfunnel_error *error);

    /* Acquires everything; nothing may be captured before set_mode. On failure the core calls close on the half-open
     * state. `request` and `facts` stay valid until close. May block for as long as the system takes to allocate. */
    int (*open)(void *state, const struct ipfunnel__request *request, struct ipfunnel__facts *facts,
                ipfunnel_error *error);

    /* OFF, ON or IPLEVEL (the core deals with SOCKETLEVELONLY). After OFF recv returns what arrived before, then
     * IPFUNNEL_END. On failure the old mode stays. */
    int (*set_mode)(void *state, ipfunnel_mode mode, ipfunnel_error *error);

    /* What the user filters by, NULL for nothing. The core asks it about every datagram; a backend may use it to leave
     * out frames that hold nothing it accepts, but not with IPFUNNEL_OPEN_COUNT_ALL, and must see to it that of what
     * comes from now on filter->reach bytes of a datagram are there, whatever the snap length. Called in any mode.
     * Nothing that arrives after it returns may be missing that the new filter accepts; that the old one still works on
     * what arrived before is no harm. The filter is valid until the next call that succeeds, or close; on failure the
     * one before stays. */
    int (*set_filter)(void *state, const struct ipfunnel_filter *filter, ipfunnel_error *error);

    /* Fills up to `max` frames, in arrival order, waiting at most timeout_ms (-1: for ever) for the first one. Frames
     * stay valid until release, which the core always calls before the next recv. `frames` is the same array each time,
     * and holds what the backend wrote there last. Returns the count; 0 when the time is
     * over or interrupt was called (the core keeps the latch and calls again with the remaining time); or, only when
     * there is no frame left to return before it: IPFUNNEL_END, IPFUNNEL_EVENT (until next_event took it), or an error.
     * A status repeats until its cause is gone. EINTR and the like are ridden through.
     * With IPFUNNEL_OPEN_ON_WIRE, which needs IPFUNNEL_CAN_ON_WIRE or IPFUNNEL_CAN_FILL_CHECKSUMS, frames also say what
     * was left to the hardware, or that nobody tells, and the core writes to their bytes. */
    int (*recv)(void *state, struct ipfunnel__frame *frames, int max, int timeout_ms, ipfunnel_error *error);

    /* Gives the frames of the last recv back to the system: for memory shared with a kernel a release store, after
     * which not one byte may be read. Called before each recv, also when there is nothing to give back. */
    void (*release)(void *state);

    /* Makes a waiting recv, or else the next wait inside recv, return 0 promptly. Async-signal-safe, any thread. */
    void (*interrupt)(void *state);

    /* Takes the oldest event that is due. Returns 1 or 0. Backends without IPFUNNEL_CAN_EVENTS return 0. */
    int (*next_event)(void *state, ipfunnel_event *event);

    /* Reads the system's counters, before they can wrap. */
    void (*stats)(void *state, struct ipfunnel__counters *counters);

    /* Readable (or signalled) whenever recv would not have to wait: frames, END, event, interrupt, error. */
    intptr_t (*wait_handle)(void *state);

    /* Takes one frame from the caller. Without IPFUNNEL_CAN_PUSH: never called. */
    int (*push)(void *state, const ipfunnel_frame *frame, ipfunnel_error *error);

    /* Ends the capture whatever the mode is (where OFF is a call of its own, this makes it first) and gives everything
     * back; accepts any half-open state, also all zero. */
    void (*close)(void *state);
};

/* interface_watch.c: what ipfunnel_watch opens; in no list of backends. */
extern const struct ipfunnel__backend ipfunnel__watch;

/* registry.c: the backend of that name, or NULL when it is not built. */
const struct ipfunnel__backend *ipfunnel__backend_named(const char *name);

/* Chooses by option, environment or probe; NULL and *error when none will do. for_file: only those that read files. */
const struct ipfunnel__backend *ipfunnel__backend_choose(const char *name, bool for_file, ipfunnel_error *error);

#endif

#include "doctor.h"
#include "doctor_host.h"
#include "../option_parser.h"
#include <string.h>

static const char topic[] = "interface";

/* What a capability means for who reads the datagrams: with it, and without. */
static const struct {
    uint32_t bit;
    const char *id, *with, *without, *remedy;
} meanings[] = {
    { .bit = IPFUNNEL_CAN_DIRECTION, .id = "direction",
      .with = "direction: the system itself says what was sent and what was received",
      .without = "direction is concluded from addresses: what is forwarded has none, and a datagram with a forged "
                 "source address may have the wrong one" },
    { .bit = IPFUNNEL_CAN_COUNT_DROPS, .id = "drops",
      .with = "losses: the system counts the datagrams that it had no room for, and where they are missing",
      .without = "losses are unknown: the system does not tell how many datagrams it had no room for",
      .remedy = "when in doubt enlarge the buffer (capture -B) and compare with a capture at the other end" },
    { .bit = IPFUNNEL_CAN_CHECKSUM, .id = "checksum",
      .with = "checksums: each datagram says whether its checksum was verified, is still to be filled in, or neither",
      .without = "the state of checksums is unknown: those of sent datagrams may look wrong because the interface "
                 "hardware fills them in later",
      .remedy = "take a wrong checksum of a sent datagram for no fault, or switch that offload off" },
    { .bit = IPFUNNEL_CAN_SEGMENTATION, .id = "segmentation",
      .with = "super-datagrams, which the wire carries in several pieces, are marked as such",
      .without = "super-datagrams, which the wire carries in several pieces, are not marked: a datagram longer than "
                 "the MTU is one",
      .remedy = "switch the interface's segmentation and coalescing offloads off to see what the wire carries" },
    { .bit = IPFUNNEL_CAN_VLAN, .id = "vlan",
      .with = "VLAN tags are seen, removed and recorded; tagged datagrams are left out unless --vlan asks for them",
      .without = "VLAN tags are not seen: only what the system hands to this interface's IP layer is there" },
    { .bit = IPFUNNEL_CAN_EVENTS, .id = "events",
      .with = "events: the interface going down, coming up or changing its addresses is told (capture --events)",
      .without = "events of the interface are not told; its going away ends the capture" },
    { .bit = IPFUNNEL_CAN_FILTER, .id = "filter",
      .with = "filter expressions can be used",
      .without = "filter expressions cannot be used in this build",
      .remedy = "capture everything (-w FILE) and filter the file with tcpdump or Wireshark" },
};

bool doctor_same_address(const ipfunnel_address *a, const char *text)
{
    char own[64];
    size_t length = strcspn(text, "%");

    ipfunnel_address_text(a->version, a->bytes, own, sizeof own);
    return strlen(own) == length && memcmp(own, text, length) == 0;
}

const ipfunnel_interface *doctor_find(const ipfunnel_interface *chain, const char *text)
{
    const bool suggested = strcmp(text, "default") == 0;
    uint64_t index = 0;

    for (const ipfunnel_interface *i = chain; i; i = i->next)
        if (strcmp(i->name, text) == 0 || (suggested && (i->flags & IPFUNNEL_INTERFACE_SUGGESTED)))
            return i;
    for (const ipfunnel_interface *i = chain; i; i = i->next) {
        if (parse_number(text, 1, UINT32_MAX, &index) && i->index == index)
            return i;
        for (uint32_t k = 0; k < i->address_count; k++)
            if (doctor_same_address(&i->addresses[k], text))
                return i;
    }
    return NULL;
}

static void describe_listed(struct findings *f, const ipfunnel_interface *i, const ipfunnel_interface *chain)
{
    const ipfunnel_interface *suggested = doctor_find(chain, "default");
    struct finding *one;

    if (!(i->flags & IPFUNNEL_INTERFACE_UP)) {
        one = finding_add(f, topic, "state", FINDING_PROBLEM, "%s is down: nothing passes it", i->name);
        host_up_remedy(one, i->name);
    } else if (!(i->flags & IPFUNNEL_INTERFACE_RUNNING)) {
        one = finding_add(f, topic, "state", FINDING_NOTE, "%s is up but has no carrier: nothing passes it", i->name);
        finding_remedy(one, "plug the cable in, join the wireless network, or start what is at the other end");
    } else {
        finding_add(f, topic, "state", FINDING_OK, "%s is up", i->name);
    }
    if (i->address_count)
        finding_add(f, topic, "addresses", FINDING_OK, "%s has %u IP address%s", i->name, (unsigned)i->address_count,
                    i->address_count == 1 ? "" : "es");
    else
        finding_remedy(finding_add(f, topic, "addresses", FINDING_NOTE, "%s has no IP address: a Windows raw socket "
                                   "could not be opened on it, and direction by address finds none", i->name),
                       "give it an address where that matters");
    if (suggested == i)
        finding_add(f, topic, "suggested", FINDING_OK, "%s is what \"default\" opens: %s", i->name, i->suggestion);
    else if (suggested)
        finding_add(f, topic, "suggested", FINDING_NOTE, "%s is not what \"default\" opens; that is %s: %s", i->name,
                    suggested->name, suggested->suggestion);
    else
        finding_add(f, topic, "suggested", FINDING_NOTE, "\"default\" opens nothing here: no interface is up");
}

static void describe_families(struct findings *f, const ipfunnel_capture_info *info)
{
    const char *failed = info->families_failed == IPFUNNEL_IPV4 ? "IPv4" : "IPv6";

    if (info->families_failed)
        finding_remedy(finding_add(f, topic, "families", FINDING_NOTE, "%s could not be opened on %s: none of its "
                                   "datagrams will be seen", failed, info->interface_name),
                       "capture with %s alone to see the reason", failed[3] == '4' ? "-4" : "-6");
    else
        finding_add(f, topic, "families", FINDING_OK, "%s can be captured",
                    info->families == (IPFUNNEL_IPV4 | IPFUNNEL_IPV6) ? "IPv4 and IPv6"
                    : info->families == IPFUNNEL_IPV4                 ? "IPv4"
                                                                      : "IPv6");
}

static void describe_promiscuous(struct findings *f, const ipfunnel_capture_info *info)
{
    if (info->promiscuous == IPFUNNEL_YES)
        finding_add(f, topic, "promiscuous", FINDING_OK, "promiscuous mode was obtained: mode on also shows what is "
                    "for other hosts, as far as the network brings it here");
    else if (info->promiscuous == IPFUNNEL_NO)
        finding_remedy(finding_add(f, topic, "promiscuous", FINDING_NOTE, "promiscuous mode was not obtained: only "
                                   "what this host sends and receives anyway is seen"),
                       "try another interface or backend to see the traffic of other hosts");
    else
        finding_add(f, topic, "promiscuous", FINDING_NOTE, "promiscuous mode was asked for; whether the interface "
                    "obeyed is not told");
}

static void describe_capture(struct findings *f, const ipfunnel_capture_info *info)
{
    finding_add(f, topic, "opened", FINDING_OK, "a capture was opened on %s with %s: %u KiB of buffer, time stamps by "
                "the %s", info->interface_name, info->backend, (unsigned)(info->buffer_bytes >> 10), info->clock);
    describe_families(f, info);
    describe_promiscuous(f, info);
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if (info->capabilities & meanings[i].bit)
            finding_add(f, topic, meanings[i].id, FINDING_OK, "%s", meanings[i].with);
        else
            finding_remedy(finding_add(f, topic, meanings[i].id, FINDING_NOTE, "%s", meanings[i].without), "%s",
                           meanings[i].remedy ? meanings[i].remedy : "");
    }
}

/* Opens a capture for a moment. Returns it, its facts in *info; NULL with *error. */
static ipfunnel *open_capture(const struct doctor_subject *subject, ipfunnel_capture_info *info, ipfunnel_error *error)
{
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    ipfunnel *capture = NULL;

    options.interface_name = subject->interface_name;
    options.backend = subject->backend;
    options.start = IPFUNNEL_MODE_ON;
    if (ipfunnel_open(&capture, &options, error) >= 0)
        ipfunnel_info(capture, info);
    return capture;
}

/* By the number that the library found where the name is one that only the library knows. */
static const ipfunnel_interface *find_opened(const ipfunnel_interface *chain, const char *text, uint32_t index)
{
    const ipfunnel_interface *found = doctor_find(chain, text);

    for (const ipfunnel_interface *i = chain; i && !found; i = i->next)
        if (index && i->index == index)
            found = i;
    return found;
}

const ipfunnel_interface *doctor_interface(struct findings *f, const struct doctor_subject *subject,
                                           const ipfunnel_interface *chain, bool open_it)
{
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    ipfunnel_error error = { .status = 0 };
    ipfunnel *capture = open_it ? open_capture(subject, &info, &error) : NULL;
    const ipfunnel_interface *listed = find_opened(chain, subject->interface_name, info.interface_index);

    if (listed)
        describe_listed(f, listed, chain);
    if (capture)
        describe_capture(f, &info);
    else if (open_it)
        finding_error(f, topic, "open", FINDING_PROBLEM, &error);
    else if (!listed)
        finding_remedy(finding_add(f, topic, "open", FINDING_PROBLEM, "no interface is called \"%s\", nor has it as an "
                                   "address", subject->interface_name), "ipfunnel list shows what there is");
    ipfunnel_close(capture);
    return listed;
}

/* ipfunnel_info, ipfunnel_backend_at and ipfunnel_probe tell the truth. */
#include "behaviours.h"
#include "fixture.h"

enum { TICKS_US = 20000 };      /* so much longer a coarse timer makes a latency */

static const ipfunnel_backend *listed(void)
{
    const ipfunnel_backend *found = NULL;
    for (int i = 0; ipfunnel_backend_at(i); i++) {
        CHECK(ipfunnel_backend_at(i)->name[0]);
        CHECK(ipfunnel_backend_at(i)->description[0]);
        CHECK(ipfunnel_backend_at(i)->built <= 1);
        if (!ipfunnel_backend_at(i)->built)
            CHECK_INT(ipfunnel_backend_at(i)->capabilities, 0);
        if (strcmp(ipfunnel_backend_at(i)->name, rig->name) == 0)
            found = ipfunnel_backend_at(i);
    }
    CHECK(found);
    return found;
}

void backend_is_listed_and_can_run(void)
{
    CHECK_INT(listed()->built, 1);
    CHECK_INT(ipfunnel_probe(rig->name, NULL), 0);
    for (int i = 0; ipfunnel_backend_at(i); i++) {
        ipfunnel_error error = { 0 };
        int status = ipfunnel_probe(ipfunnel_backend_at(i)->name, &error);
        if (!ipfunnel_backend_at(i)->built)
            CHECK_INT(status, IPFUNNEL_ENOBACKEND);
        if (status)
            expect_error(&error, status);
    }
    CHECK(!ipfunnel_backend_at(-1));
    CHECK(!ipfunnel_backend_at(1000));
}

void info_is_true(void)
{
    ipfunnel_options options = options_here();
    ipfunnel *capture = open_with(&options);
    ipfunnel_capture_info info = info_of(capture);
    CHECK_STR(info.backend, rig->name);
    CHECK_INT(info.capabilities & ~listed()->capabilities, 0);
    CHECK_INT(info.families, IPFUNNEL_IPV4 | IPFUNNEL_IPV6);
    CHECK_INT(info.families_failed, 0);
    CHECK(info.buffer_bytes > 0);
    CHECK(info.clock && info.clock[0]);
    CHECK(info.clock_resolution_ns <= 1000000);
    CHECK_INT(info.mode, IPFUNNEL_MODE_OFF);
    set_mode(capture, IPFUNNEL_MODE_ON);
    info = info_of(capture);
    CHECK(info.promiscuous <= IPFUNNEL_YES);
    bool link = rig->abilities & RIG_SHOWS_LINK;
    if (info.capabilities & IPFUNNEL_CAN_PROMISCUOUS && link)
        CHECK(info.promiscuous != IPFUNNEL_UNKNOWN);
    set_mode(capture, IPFUNNEL_MODE_IPLEVEL);
    CHECK(info_of(capture).promiscuous != IPFUNNEL_YES);

    CHECK(info.interface_name);
    if (!(rig->abilities & RIG_INTERFACE)) {
        CHECK_STR(info.interface_name, options.file ? options.file : "");
        CHECK_INT(info.interface_index, 0);
        return;
    }
    CHECK_INT(info.link_type, link ? 1 : 101);
    const ipfunnel_interface *chain = NULL, *found = NULL;
    CHECK(ipfunnel_interfaces(&chain, NULL) > 0);
    for (const ipfunnel_interface *i = chain; i; i = i->next)
        if (i->index == info.interface_index)
            found = i;
    CHECK(found);
    CHECK_STR(info.interface_name, found->name);
    ipfunnel_interfaces_free(chain);
    send_udp(4, 1);
    const ipfunnel_datagram *out[1];
    CHECK_INT(receive(capture, out, 1), 1);
    CHECK_INT(out[0]->interface_index, info.interface_index);
    CHECK_STR(out[0]->interface_name, info.interface_name);
}

void info_shows_the_defaults(void)
{
    ipfunnel_options options = options_here();
    options.ring_bytes = 0;               /* a rig may need another ring */
    ipfunnel_capture_info info = info_of(open_with(&options));
    CHECK_INT(info.snap_length, 262144);
    CHECK(info.latency_us <= 1000 + TICKS_US);
    /* 16 MiB for each queue that may be needed. */
    uint64_t most = rig->abilities & RIG_ONE_QUEUE ? 32u << 20 : 64u << 20;
    CHECK(info.buffer_bytes >= 8u << 20 && info.buffer_bytes <= most);
}

void info_shows_the_options_in_force(void)
{
    ipfunnel_options options = options_here();
    options.start = IPFUNNEL_MODE_IPLEVEL;
    options.families = IPFUNNEL_IPV6;
    options.snap_length = 96;
    options.latency_us = 1000000;
    options.ring_bytes = 5000000;
    ipfunnel_capture_info info = info_of(open_with(&options));
    CHECK_INT(info.mode, IPFUNNEL_MODE_IPLEVEL);
    CHECK_INT(info.families, IPFUNNEL_IPV6);
    CHECK_INT(info.snap_length, 96);
    CHECK(info.latency_us <= 1000000 + TICKS_US);
    CHECK(info.buffer_bytes >= 5000000);
}

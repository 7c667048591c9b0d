/* ipfunnel_open: what it refuses, and what it says then. */
#include "behaviours.h"
#include "fixture.h"

void an_interface_or_a_file_is_needed(void)
{
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    options.backend = rig->name;
    if (rig->abilities & RIG_INTERFACE || options_here().file)
        expect_open_error(&options, IPFUNNEL_EINVAL, NULL);
    else
        close_capture(open_with(&options));
}

void an_interface_and_a_file_is_einval(void)
{
    ipfunnel_options options = options_here();
    if (!options.file)
        options.file = "both.pcap";
    if (!options.interface_name)
        options.interface_name = "both";
    expect_open_error(&options, IPFUNNEL_EINVAL, NULL);
}

void wrong_option_values_are_einval(void)
{
    static const ipfunnel_options wrong[] = {
        { .start = 4 },
        { .start = UINT32_MAX },
        { .families = 4 },
        { .families = IPFUNNEL_IPV4 | 8 },
        { .flags = 1 << 5 },
        { .flags = IPFUNNEL_OPEN_COUNT_ALL | 0x80000000 },
        { .vlan = 4095 },
        { .vlan = 4096 },
        { .vlan = IPFUNNEL_VLAN_OWN | 1 },
        { .vlan = IPFUNNEL_VLAN_OWN | IPFUNNEL_VLAN_ALL },
        { .latency_us = 1000001 },
        { .latency_us = UINT32_MAX },
        { .fanout_group = 65536 },
        { .fanout_group = 1, .fanout_mode = IPFUNNEL_FANOUT_ROLLOVER + 1 },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ipfunnel_options options = wrong[i];
        options.size = sizeof options;
        rig->options(&options);
        printf("row %zu\n", i);
        expect_open_error(&options, IPFUNNEL_EINVAL, NULL);
    }
}

void missing_capabilities_are_eopnotsupp(void)
{
    static const struct {
        uint32_t capability;
        ipfunnel_options options;
    } asks[] = {
        { .capability = IPFUNNEL_CAN_NO_OUTGOING, .options = { .flags = IPFUNNEL_OPEN_NO_OUTGOING } },
        { .capability = IPFUNNEL_CAN_EVENTS, .options = { .flags = IPFUNNEL_OPEN_EVENTS } },
        { .capability = 0, .options = { .flags = IPFUNNEL_OPEN_NEWEST_WINS } },        /* nobody has it */
        { .capability = IPFUNNEL_CAN_FANOUT, .options = { .fanout_group = 1 } },
        { .capability = IPFUNNEL_CAN_ON_WIRE | IPFUNNEL_CAN_FILL_CHECKSUMS,
          .options = { .flags = IPFUNNEL_OPEN_ON_WIRE } },
        { .capability = IPFUNNEL_CAN_FILTER, .options = { .filter = "udp" } },
    };
    ipfunnel *plain = open_in(IPFUNNEL_MODE_OFF);
    uint32_t can = info_of(plain).capabilities;
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        ipfunnel_options options = asks[i].options;
        options.size = sizeof options;
        rig->options(&options);
        if (can & asks[i].capability)
            close_capture(open_with(&options));
        else
            expect_open_error(&options, IPFUNNEL_EOPNOTSUPP, NULL);
    }
    if (!(can & IPFUNNEL_CAN_FILTER)) {
        CHECK_INT(ipfunnel_set_filter(plain, "udp"), IPFUNNEL_EOPNOTSUPP);
        expect_error(ipfunnel_last_error(plain), IPFUNNEL_EOPNOTSUPP);
    }
    CHECK_INT(ipfunnel_set_filter(plain, ""), 0);
    CHECK_INT(ipfunnel_set_filter(plain, NULL), 0);
    if (!backend_can(IPFUNNEL_CAN_READ_FILES)) {
        ipfunnel_options options = options_here();
        options.interface_name = NULL;
        options.file = "some.pcap";
        expect_open_error(&options, IPFUNNEL_EOPNOTSUPP, NULL);
    }
}

void a_ring_beyond_memory_is_enomem(void)
{
    for (int bits = 50; bits <= 63; bits += 13) {
        ipfunnel_options options = options_here();
        options.ring_bytes = (uint64_t)1 << bits;
        expect_open_error(&options, IPFUNNEL_ENOMEM, NULL);
    }
    ipfunnel_options options = options_here();
    options.ring_bytes = UINT64_MAX;
    expect_open_error(&options, IPFUNNEL_ENOMEM, NULL);
}

void errors_stay_one_line(void)
{
    ipfunnel_options options = options_here();
    options.interface_name = "no\nsuch\r\ninterface";
    expect_open_error(&options, rig->abilities & RIG_INTERFACE ? IPFUNNEL_ENODEV : IPFUNNEL_EINVAL, NULL);
    options = options_here();
    options.backend = "no\nsuch";
    expect_open_error(&options, IPFUNNEL_ENOBACKEND, NULL);
    char lengthy[2000];
    memset(lengthy, 'x', sizeof lengthy);
    lengthy[sizeof lengthy - 1] = '\0';
    options.backend = lengthy;
    expect_open_error(&options, IPFUNNEL_ENOBACKEND, NULL);
    options = options_here();
    options.interface_name = lengthy;
    expect_open_error(&options, rig->abilities & RIG_INTERFACE ? IPFUNNEL_ENODEV : IPFUNNEL_EINVAL, NULL);
}

void unknown_backend_is_enobackend(void)
{
    ipfunnel_options options = options_here();
    ipfunnel_error error = { 0 };
    options.backend = "no_such_backend";
    expect_open_error(&options, IPFUNNEL_ENOBACKEND, &error);
    char all[sizeof error.text + sizeof error.remedy + 1];
    snprintf(all, sizeof all, "%s %s", error.text, error.remedy);
    CHECK_CONTAINS(all, "no_such_backend");
    for (int i = 0; ipfunnel_backend_at(i); i++)
        if (ipfunnel_backend_at(i)->built)
            CHECK_CONTAINS(all, ipfunnel_backend_at(i)->name);
    error = (ipfunnel_error){ 0 };
    CHECK_INT(ipfunnel_probe("no_such_backend", &error), IPFUNNEL_ENOBACKEND);
    expect_error(&error, IPFUNNEL_ENOBACKEND);
    CHECK_INT(ipfunnel_probe("no_such_backend", NULL), IPFUNNEL_ENOBACKEND);
}

void environment_chooses_the_backend(void)
{
    ipfunnel_options options = options_here();
    if (options.file)
        SKIP("the %s rig cannot be chosen so: files are read by whatever backend can", rig->name);
    options.backend = NULL;
    platform_set_environment("IPFUNNEL_BACKEND", rig->name);
    ipfunnel *capture = open_with(&options);
    CHECK_STR(info_of(capture).backend, rig->name);
    ipfunnel_error error = { 0 };
    platform_set_environment("IPFUNNEL_BACKEND", "no_such_backend");
    expect_open_error(&options, IPFUNNEL_ENOBACKEND, &error);
    options.backend = rig->name;
    capture = open_with(&options);
    CHECK_STR(info_of(capture).backend, rig->name);
    /* Set but empty is as good as not set. */
    platform_set_environment("IPFUNNEL_BACKEND", "");
    close_capture(open_with(&options));
}

void the_any_address_is_einval(void)
{
    static const char *const any[] = { "0.0.0.0", "::", "0:0:0:0:0:0:0:0" };
    for (size_t i = 0; i < sizeof any / sizeof *any; i++) {
        ipfunnel_options options = options_here();
        options.interface_name = any[i];
        expect_open_error(&options, IPFUNNEL_EINVAL, NULL);
    }
}

void unknown_interfaces_are_named_in_the_error(void)
{
    need_ability(RIG_INTERFACE, "an interface that does not exist");
    static const struct {
        const char *name;
        int status;
    } cases[] = {
        { .name = "nosuch0", .status = IPFUNNEL_ENODEV },
        { .name = "4000000", .status = IPFUNNEL_ENODEV },
        { .name = "203.0.113.77", .status = IPFUNNEL_EADDRNOTAVAIL },
        { .name = "2001:db8::77", .status = IPFUNNEL_EADDRNOTAVAIL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ipfunnel_options options = options_here();
        ipfunnel_error error;
        options.interface_name = cases[i].name;
        expect_open_error(&options, cases[i].status, &error);
        CHECK_CONTAINS(error.text, cases[i].name);
    }
}

static void expect_same_interface(const ipfunnel_options *options, uint32_t families)
{
    ipfunnel *plain = open_in(IPFUNNEL_MODE_OFF), *other = open_with(options);
    CHECK_STR(info_of(other).interface_name, info_of(plain).interface_name);
    CHECK_INT(info_of(other).interface_index, info_of(plain).interface_index);
    CHECK_INT(info_of(other).families, families);
    close_capture(other);
    close_capture(plain);
}

void an_address_names_interface_and_family(void)
{
    need_ability(RIG_INTERFACE, "an interface with addresses");
    for (int i = 0; i < 2; i++) {
        uint32_t own = i ? IPFUNNEL_IPV6 : IPFUNNEL_IPV4, other = IPFUNNEL_IPV4 + IPFUNNEL_IPV6 - own;
        ipfunnel_options options = options_here();
        options.interface_name = rig->own_addresses[i];
        if (!options.interface_name)
            continue;
        expect_same_interface(&options, own);
        options.families = own;
        expect_same_interface(&options, own);
        options.families = other;
        expect_open_error(&options, IPFUNNEL_EINVAL, NULL);
    }
}

void an_index_names_the_interface(void)
{
    need_ability(RIG_INTERFACE, "an interface with an index");
    need_capability(IPFUNNEL_CAN_NAME, "open by index");
    char number[16];
    ipfunnel *plain = open_in(IPFUNNEL_MODE_OFF);
    snprintf(number, sizeof number, "%u", (unsigned)info_of(plain).interface_index);
    ipfunnel_options options = options_here();
    options.interface_name = number;
    expect_same_interface(&options, IPFUNNEL_IPV4 | IPFUNNEL_IPV6);
}

void options_may_go_after_open(void)
{
    ipfunnel_options options = options_here();
    char backend[32], name[64] = "", file[256] = "";
    snprintf(backend, sizeof backend, "%s", options.backend);
    if (options.interface_name) {
        snprintf(name, sizeof name, "%s", options.interface_name);
        options.interface_name = name;
    }
    if (options.file) {
        snprintf(file, sizeof file, "%s", options.file);
        options.file = file;
    }
    options.backend = backend;
    ipfunnel *capture = open_with(&options);
    memset(backend, 'x', sizeof backend - 1);
    memset(file, 'x', sizeof file - 1);
    memset(name, 'x', sizeof name - 1);
    memset(&options, 0xff, sizeof options);
    set_mode(capture, IPFUNNEL_MODE_ON);
    CHECK_STR(info_of(capture).backend, rig->name);
    send_udp(4, 1);
    const ipfunnel_datagram *out[1];
    CHECK_INT(receive(capture, out, 1), 1);
    if (backend_can(IPFUNNEL_CAN_DIRECTION))
        CHECK_INT(out[0]->direction, IPFUNNEL_DIRECTION_IN);
    if (!file[0])
        CHECK_STR(out[0]->interface_name, info_of(capture).interface_name);
}

void last_error_explains_the_last_failure(void)
{
    const ipfunnel_datagram *out[1];
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    CHECK(ipfunnel_last_error(capture));
    CHECK_INT(ipfunnel_set_mode(capture, (ipfunnel_mode)9), IPFUNNEL_EINVAL);
    char text[sizeof ipfunnel_last_error(capture)->text];
    snprintf(text, sizeof text, "%s", ipfunnel_last_error(capture)->text);
    CHECK_CONTAINS(text, "9");
    /* A call that works leaves it. */
    CHECK_INT(receive_now(capture, out, 1), 0);
    CHECK_STR(ipfunnel_last_error(capture)->text, text);
    CHECK_INT(ipfunnel_recv(capture, out, 0, 0), IPFUNNEL_EINVAL);
    expect_error(ipfunnel_last_error(capture), IPFUNNEL_EINVAL);
    CHECK(strcmp(ipfunnel_last_error(capture)->text, text) != 0);
}

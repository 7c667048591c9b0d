/* list_interfaces_posix.c - the list of interfaces where the system makes it hard: labelled addresses. */
#include "live_posix.h"

static const ipfunnel_interface *list(void)
{
    ipfunnel_error error = { .text = "" };
    const ipfunnel_interface *chain = NULL;
    if (ipfunnel_interfaces(&chain, &error) < 0)
        fprintf(stderr, "%s\n", error.text);
    CHECK(chain);
    return chain;
}

/* The label of an IPv4 address looks like the name of an interface: ip addr add ... label va:1 */
static void a_labelled_address_belongs_to_its_interface(void)
{
    run("ip addr add 10.9.7.1/24 dev va label va:1");
    const ipfunnel_interface *chain = list();
    int found = 0;
    for (const ipfunnel_interface *i = chain; i; i = i->next) {
        CHECK(!i->next || i->index < i->next->index);
        if (strcmp(i->name, "va") != 0)
            continue;
        for (uint32_t a = 0; a < i->address_count; a++)
            found += i->addresses[a].version == 4 && i->addresses[a].bytes[2] == 7;
    }
    CHECK_INT(found, 1);
    ipfunnel_interfaces_free(chain);
}

static void a_labelled_address_opens_its_interface(void)
{
    ipfunnel *capture = open_live(DEFAULTS, "10.9.7.1", IPFUNNEL_MODE_OFF);
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    CHECK_INT(ipfunnel_info(capture, &info), 0);
    CHECK_STR(info.interface_name, "va");
    ipfunnel_close(capture);
}

int main(void)
{
    RUN(a_labelled_address_belongs_to_its_interface);
    RUN(a_labelled_address_opens_its_interface);
    return 0;
}

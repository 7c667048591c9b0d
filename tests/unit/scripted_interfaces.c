#include "scripted_interfaces.h"
#include "check.h"
#include "error.h"
#include "interface.h"
#include "os.h"

enum { MOST = 8 };

static struct {
    bool present, running, fails;
    int count;
    ipfunnel_address addresses[MOST];
} now;

void scripted_interface(bool present, bool running)
{
    now.present = present;
    now.running = running;
}

void scripted_set_addresses(const char *const addresses[], int count)
{
    CHECK(count <= MOST);
    now.count = count;
    for (int i = 0; i < count; i++) {
        char host[64];
        const char *slash = strchr(addresses[i], '/');
        snprintf(host, sizeof host, "%.*s", (int)(slash - addresses[i]), addresses[i]);
        now.addresses[i].version = (uint8_t)ipfunnel__os_parse_address(host, now.addresses[i].bytes);
        now.addresses[i].prefix_length = (uint8_t)atoi(slash + 1);
        CHECK(now.addresses[i].version);
    }
}

void scripted_interfaces_fail(void) { now.fails = true; }

int ipfunnel__os_interfaces(ipfunnel_interface **chain, ipfunnel_error *error)
{
    ipfunnel_address *addresses = NULL;
    *chain = NULL;
    if (now.fails) {
        now.fails = false;
        return ipfunnel__no_memory(error, "interfaces");
    }
    if (!now.present)
        return 0;
    ipfunnel_interface *made = ipfunnel__interface_make(
        &(struct ipfunnel__interface_texts){ .name = "port0", .description = "scripted" }, (uint32_t)now.count,
        &addresses);
    if (!made)
        return ipfunnel__no_memory(error, "interfaces");
    made->index = SCRIPTED_INDEX;
    made->flags = IPFUNNEL_INTERFACE_UP | (now.running ? IPFUNNEL_INTERFACE_RUNNING : 0);
    memcpy(addresses, now.addresses, (size_t)now.count * sizeof *addresses);
    *chain = made;
    return 0;
}

/* ipfunnel list: the interfaces, what can open them, and the suggested one. */
#include "commands.h"
#include "json_writer.h"
#include "messages.h"
#include <stdio.h>
#include <string.h>

enum { BACKENDS_SIZE = 128 };

static const char *state_of(const ipfunnel_interface *interface)
{
    if (!(interface->flags & IPFUNNEL_INTERFACE_UP))
        return "down";
    return interface->flags & IPFUNNEL_INTERFACE_RUNNING ? "up" : "no carrier";
}

static char *hardware_text(const ipfunnel_interface *interface, char *out, size_t size)
{
    size_t used = 0;

    out[0] = 0;
    for (uint32_t i = 0; i < interface->hardware_address_length && i < 8 && used + 4 < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%02x", i ? ":" : "", interface->hardware_address[i]);
    return out;
}

/* Can the backend number `index` run here? Asked once, as asking may take the system some milliseconds. */
static bool can_run(int index, const char *name)
{
    enum { MOST = 16 };
    static struct { bool asked, yes; } known[MOST];

    if (index >= MOST)
        return ipfunnel_probe(name, NULL) >= 0;
    if (!known[index].asked) {
        known[index].asked = true;
        known[index].yes = ipfunnel_probe(name, NULL) >= 0;
    }
    return known[index].yes;
}

/* Can the backend number `index` open the interface? 1, 0, or -1 past the last backend. A backend that opens by address
 * only has no use for an interface without one. */
static int can_open(int index, const ipfunnel_interface *interface, const ipfunnel_backend **backend)
{
    *backend = ipfunnel_backend_at(index);
    if (!*backend)
        return -1;
    return (*backend)->built && ((*backend)->capabilities & IPFUNNEL_CAN_LIVE) &&
           (((*backend)->capabilities & IPFUNNEL_CAN_NAME) || interface->address_count) &&
           can_run(index, (*backend)->name);
}

static char *backends_text(const ipfunnel_interface *interface, char *out, size_t size)
{
    const ipfunnel_backend *backend;
    size_t used = 0;
    int yes;

    out[0] = 0;
    for (int i = 0; (yes = can_open(i, interface, &backend)) >= 0; i++)
        if (yes && used < size)
            used += (size_t)snprintf(out + used, size - used, "%s%s", used ? "," : "", backend->name);
    return out;
}

static void print_json_interface(struct json *j, const ipfunnel_interface *interface)
{
    static const struct { uint32_t bit; const char *name; } flags[] = {
        { IPFUNNEL_INTERFACE_UP, "up" },
        { IPFUNNEL_INTERFACE_RUNNING, "running" },
        { IPFUNNEL_INTERFACE_LOOPBACK, "loopback" },
        { IPFUNNEL_INTERFACE_POINT_TO_POINT, "point_to_point" },
        { IPFUNNEL_INTERFACE_SUGGESTED, "suggested" },
    };
    const ipfunnel_backend *backend;
    char text[64];
    int yes;

    json_open(j, NULL, '{');
    json_string(j, "name", interface->name);
    json_open(j, "other_names", '[');
    for (uint32_t i = 0; i < interface->other_name_count; i++)
        json_string(j, NULL, interface->other_names[i]);
    json_close(j, ']');
    json_number(j, "index", interface->index);
    json_string(j, "description", interface->description[0] ? interface->description : NULL);
    json_string(j, "guid", interface->guid[0] ? interface->guid : NULL);
    json_string(j, "state", state_of(interface));
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        json_bool(j, flags[i].name, (interface->flags & flags[i].bit) != 0);
    json_string(j, "suggestion", interface->suggestion[0] ? interface->suggestion : NULL);
    if (interface->default_route == IPFUNNEL_UNKNOWN)
        json_null(j, "default_route");
    else
        json_bool(j, "default_route", interface->default_route == IPFUNNEL_YES);
    if (interface->frames == IPFUNNEL_FRAMES_UNKNOWN)
        json_null(j, "frames");
    else
        json_number(j, "frames", interface->frames);
    if (interface->mtu)
        json_number(j, "mtu", interface->mtu);
    else
        json_null(j, "mtu");
    json_string(j, "hardware_address",
                interface->hardware_address_length ? hardware_text(interface, text, sizeof text) : NULL);
    json_open(j, "addresses", '[');
    for (uint32_t i = 0; i < interface->address_count; i++) {
        const ipfunnel_address *a = &interface->addresses[i];
        json_open(j, NULL, '{');
        json_number(j, "version", a->version);
        json_string(j, "address", ipfunnel_address_text(a->version, a->bytes, text, sizeof text));
        json_number(j, "prefix_length", a->prefix_length);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_open(j, "backends", '[');
    for (int i = 0; (yes = can_open(i, interface, &backend)) >= 0; i++)
        if (yes)
            json_string(j, NULL, backend->name);
    json_close(j, ']');
    json_close(j, '}');
}

static void print_json(const ipfunnel_interface *chain)
{
    struct json j = { .out = stdout };

    json_open(&j, NULL, '[');
    for (const ipfunnel_interface *i = chain; i; i = i->next)
        print_json_interface(&j, i);
    json_close(&j, ']');
    printf("\n");
}

static int longest(int so_far, const char *text)
{
    int length = (int)strlen(text);
    return length > so_far ? length : so_far;
}

/* A line of its own below the addresses. What people gave as a text may hold anything. */
static void put_further(int column, const char *what, const char *text)
{
    printf("%*s%s", column, "", what);
    for (; *text; text++)
        putchar((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text);
    putchar('\n');
}

static void print_text(const ipfunnel_interface *chain)
{
    char hardware[64], backends[BACKENDS_SIZE], address[64], mtu[16];
    int name_width = 4, hardware_width = 3, backends_width = 8;
    const ipfunnel_interface *suggested = NULL;

    for (const ipfunnel_interface *i = chain; i; i = i->next) {
        name_width = longest(name_width, i->name);
        hardware_width = longest(hardware_width, hardware_text(i, hardware, sizeof hardware));
        backends_width = longest(backends_width, backends_text(i, backends, sizeof backends));
    }
    printf("  %3s  %-*s  %-10s  %5s  %-*s  %-*s  %s\n", "#", name_width, "NAME", "STATE", "MTU", hardware_width, "MAC",
           backends_width, "BACKENDS", "ADDRESSES");
    for (const ipfunnel_interface *i = chain; i; i = i->next) {
        snprintf(mtu, sizeof mtu, "%u", (unsigned)i->mtu);
        hardware_text(i, hardware, sizeof hardware);
        backends_text(i, backends, sizeof backends);
        if (i->flags & IPFUNNEL_INTERFACE_SUGGESTED)
            suggested = i;
        int column = printf("%c %3u  %-*s  %-10s  %5s  %-*s  %-*s  ", suggested == i ? '*' : ' ', (unsigned)i->index,
                            name_width, i->name, state_of(i), i->mtu ? mtu : "-", hardware_width,
                            hardware[0] ? hardware : "-", backends_width, backends[0] ? backends : "none");
        for (uint32_t k = 0; k < i->address_count; k++) {
            const ipfunnel_address *a = &i->addresses[k];
            ipfunnel_address_text(a->version, a->bytes, address, sizeof address);
            printf("%*s%s/%u\n", k ? column : 0, "", address, (unsigned)a->prefix_length);
        }
        if (!i->address_count)
            printf("-\n");
        for (uint32_t k = 0; k < i->other_name_count; k++)
            put_further(column, "also ", i->other_names[k]);
        if (i->guid[0])
            put_further(column, "", i->guid);
        if (i->description[0])
            put_further(column, "", i->description);
    }
    if (suggested)
        printf("* %s is what \"default\" opens: %s\n", suggested->name, suggested->suggestion);
}

/* Why a live backend of this build cannot run, so that "none" in the table is no riddle. */
static void print_obstacles(void)
{
    const ipfunnel_backend *backend;
    ipfunnel_error error = { .status = 0 };

    for (int i = 0; (backend = ipfunnel_backend_at(i)) != NULL; i++)
        if (backend->built && (backend->capabilities & IPFUNNEL_CAN_LIVE) && ipfunnel_probe(backend->name, &error) < 0)
            printf("%s cannot run here: %s%s%s\n", backend->name, error.text, error.remedy[0] ? "; " : "",
                   error.remedy);
}

int list_command(int argc, char *const argv[])
{
    const ipfunnel_interface *chain = NULL;
    ipfunnel_error error = { .status = 0 };
    int as_json, leave = read_json_option("list", argc, argv, &as_json);

    if (leave)
        return leave - 1;
    if (ipfunnel_interfaces(&chain, &error) < 0)
        return complain(&error);
    if (as_json)
        print_json(chain);
    else {
        print_text(chain);
        print_obstacles();
    }
    ipfunnel_interfaces_free(chain);
    return finish_output();
}

/* ipfunnel backends: what this build contains, what can run here, and why not. */
#include "commands.h"
#include "json_writer.h"
#include "messages.h"
#include <stdio.h>
#include <string.h>

static const struct {
    uint32_t bit;
    const char *name;           /* for programs */
    const char *words;          /* for people */
} capabilities[] = {
    { .bit = IPFUNNEL_CAN_LIVE, .name = "live", .words = "live interfaces" },
    { .bit = IPFUNNEL_CAN_READ_FILES, .name = "read_files", .words = "capture files" },
    { .bit = IPFUNNEL_CAN_PUSH, .name = "push", .words = "frames from the program" },
    { .bit = IPFUNNEL_CAN_NAME, .name = "name", .words = "opens by name" },
    { .bit = IPFUNNEL_CAN_PROMISCUOUS, .name = "promiscuous", .words = "promiscuous mode" },
    { .bit = IPFUNNEL_CAN_DIRECTION, .name = "direction", .words = "direction from the system" },
    { .bit = IPFUNNEL_CAN_NO_OUTGOING, .name = "no_outgoing", .words = "can leave out what is sent" },
    { .bit = IPFUNNEL_CAN_CHECKSUM, .name = "checksum", .words = "checksum state" },
    { .bit = IPFUNNEL_CAN_SEGMENTATION, .name = "segmentation", .words = "marks super-datagrams" },
    { .bit = IPFUNNEL_CAN_VLAN, .name = "vlan", .words = "VLAN tags" },
    { .bit = IPFUNNEL_CAN_COUNT_DROPS, .name = "count_drops", .words = "counts drops" },
    { .bit = IPFUNNEL_CAN_EVENTS, .name = "events", .words = "interface events" },
    { .bit = IPFUNNEL_CAN_FANOUT, .name = "fanout", .words = "shares traffic among captures" },
    { .bit = IPFUNNEL_CAN_FILTER, .name = "filter", .words = "filters" },
    { .bit = IPFUNNEL_CAN_ZERO_COPY, .name = "zero_copy", .words = "no copy" },
    { .bit = IPFUNNEL_CAN_ON_WIRE, .name = "on_wire", .words = "datagrams as on the wire" },
    { .bit = IPFUNNEL_CAN_FILL_CHECKSUMS, .name = "fill_checksums", .words = "with --on-wire fills in checksums only" },
};

enum { CAPABILITIES = sizeof capabilities / sizeof capabilities[0] };

static const char *state_of(const ipfunnel_backend *backend, int status)
{
    return !backend->built ? "not_built" : status < 0 ? "unavailable" : "ready";
}

static void print_json(struct json *j, const ipfunnel_backend *backend, int status, const ipfunnel_error *error)
{
    json_open(j, NULL, '{');
    json_string(j, "name", backend->name);
    json_string(j, "description", backend->description);
    json_string(j, "state", state_of(backend, status));
    json_string(j, "status", status < 0 ? ipfunnel_status_text(status) : NULL);
    json_string(j, "reason", status < 0 ? error->text : NULL);
    json_string(j, "remedy", status < 0 && error->remedy[0] ? error->remedy : NULL);
    json_open(j, "capabilities", '[');
    for (int i = 0; i < CAPABILITIES; i++)
        if (backend->capabilities & capabilities[i].bit)
            json_string(j, NULL, capabilities[i].name);
    json_close(j, ']');
    json_close(j, '}');
}

/* The capabilities, comma-separated, in lines of about 100 columns. */
static void print_capabilities(uint32_t bits, int indent)
{
    int column = 0;

    for (int i = 0; i < CAPABILITIES; i++) {
        if (!(bits & capabilities[i].bit))
            continue;
        bits &= ~capabilities[i].bit;
        if (column + (int)strlen(capabilities[i].words) > 98) {
            printf("\n");
            column = 0;
        }
        column += printf("%*s%s%s", column ? 1 : indent, "", capabilities[i].words, bits ? "," : "");
    }
    if (column)
        printf("\n");
}

static void print_text(const ipfunnel_backend *backend, int status, const ipfunnel_error *error)
{
    enum { INDENT = 14 };
    const char *state = !backend->built ? "not built" : status < 0 ? "cannot run here" : "ready";

    printf("%-*s%-17s%s\n", INDENT - 1, backend->name, state, backend->description);
    if (backend->built && status < 0) {
        printf("%*s%s\n", INDENT, "", error->text);
        if (error->remedy[0])
            printf("%*s%s\n", INDENT, "", error->remedy);
    }
    print_capabilities(backend->capabilities, INDENT);
}

int backends_command(int argc, char *const argv[])
{
    const ipfunnel_backend *backend;
    struct json j = { .out = stdout };
    int as_json, leave = read_json_option("backends", argc, argv, &as_json);

    if (leave)
        return leave - 1;
    if (as_json)
        json_open(&j, NULL, '[');
    for (int i = 0; (backend = ipfunnel_backend_at(i)) != NULL; i++) {
        ipfunnel_error error = { .status = 0 };
        int status = ipfunnel_probe(backend->name, &error);
        if (as_json)
            print_json(&j, backend, status, &error);
        else
            print_text(backend, status, &error);
    }
    if (as_json) {
        json_close(&j, ']');
        printf("\n");
    }
    return finish_output();
}

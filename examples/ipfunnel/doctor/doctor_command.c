/* ipfunnel doctor: what this machine will and will not show, and what to do about it. */
#include "../commands.h"
#include "doctor.h"
#include "doctor_host.h"
#include "../option_parser.h"
#include "verify.h"
#include <string.h>

struct settings {
    struct doctor_subject subject;
    bool json;
    const char *report;         /* of --verify: FILE of --json */
};

static bool rcvall_built(void)
{
    const ipfunnel_backend *backend;

    for (int i = 0; (backend = ipfunnel_backend_at(i)) != NULL; i++)
        if (strcmp(backend->name, "sio_rcvall") == 0)
            return backend->built;
    return false;
}

static void print_text(const struct findings *f, const struct host_system *host)
{
    int problems = findings_problems(f);

    printf("ipfunnel on %s %s (%s)\n", host->name, host->version, host->machine);
    findings_print(f, stdout);
    if (problems)
        printf("%d problem%s a capture\n", problems, problems == 1 ? " prevents" : "s prevent");
    else
        printf("nothing prevents a capture\n");
}

static void print_json(const struct findings *f, const struct host_system *host, const char *interface_name)
{
    struct json j = { .out = stdout };

    json_open(&j, NULL, '{');
    json_bool(&j, "can_capture", findings_problems(f) == 0);
    json_open(&j, "system", '{');
    json_string(&j, "name", host->name);
    json_string(&j, "version", host->version);
    json_string(&j, "machine", host->machine);
    json_close(&j, '}');
    json_string(&j, "interface", interface_name);
    findings_json(f, &j, "findings");
    json_close(&j, '}');
    printf("\n");
}

static int examine(const struct settings *settings)
{
    static struct findings f;
    const ipfunnel_interface *chain = NULL, *interface;
    ipfunnel_error error = { .status = 0 };
    struct host_system host;
    int live, status;

    if (ipfunnel_interfaces(&chain, &error) < 0)
        return complain(&error);
    host_describe(&host);
    live = doctor_backends(&f, settings->subject.backend);
    interface = doctor_interface(&f, &settings->subject, chain, live > 0);
    host_findings(&f, interface, rcvall_built());
    if (settings->json)
        print_json(&f, &host, interface ? interface->name : NULL);
    else
        print_text(&f, &host);
    ipfunnel_interfaces_free(chain);
    status = finish_output();
    return status != EXIT_DONE ? status : findings_problems(&f) ? EXIT_CAPTURE : EXIT_DONE;
}

enum { INTERFACE = 1, BACKEND, JSON, VERIFY, HELP };

static const struct option_row examine_table[] = {
    { .letter = 'i', .name = "interface", .value = "INTERFACE", .id = INTERFACE },
    { .letter = 'b', .name = "backend", .value = "BACKEND", .id = BACKEND },
    { .name = "json", .id = JSON },
    { .name = "verify", .id = VERIFY },
    { .letter = 'h', .name = "help", .id = HELP },
    { .id = 0 },
};

/* A report is for a file: --json names it. */
static const struct option_row verify_table[] = {
    { .letter = 'i', .name = "interface", .value = "INTERFACE", .id = INTERFACE },
    { .letter = 'b', .name = "backend", .value = "BACKEND", .id = BACKEND },
    { .name = "json", .value = "FILE or -", .id = JSON },
    { .name = "verify", .id = VERIFY },
    { .letter = 'h', .name = "help", .id = HELP },
    { .id = 0 },
};

int doctor_command(int argc, char *const argv[])
{
    struct settings settings = { .subject = { .interface_name = "default" } };
    struct option_reader reader = { .argc = argc, .argv = argv, .table = examine_table };
    int id;

    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--verify") == 0)
            reader.table = verify_table;
    while ((id = option_next(&reader)) != OPTION_DONE)
        switch (id) {
        case INTERFACE: settings.subject.interface_name = reader.value; break;
        case BACKEND: settings.subject.backend = reader.value; break;
        case JSON: settings.json = true; settings.report = reader.value; break;
        case VERIFY: break;
        case HELP: print_help("doctor"); return finish_output();
        case OPTION_OPERAND: return usage_error("doctor", "\"%s\" is too much: -i names the interface", reader.value);
        default: return usage_error("doctor", "%s", reader.message);
        }
    if (reader.table == verify_table)
        return verify(&settings.subject, settings.report);
    return examine(&settings);
}

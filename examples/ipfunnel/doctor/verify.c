#include "verify.h"
#include "../host.h"
#include <errno.h>
#include <string.h>

static void set_place(struct place *p, const ipfunnel_address *a, uint32_t scope)
{
    p->there = true;
    p->at = (struct endpoint){ .version = a->version, .scope = scope };
    memcpy(p->at.bytes, a->bytes, a->version == 4 ? 4 : 16);
    ipfunnel_address_text(a->version, a->bytes, p->text, sizeof p->text);
}

static bool link_local(const ipfunnel_address *a)
{
    return a->version == 6 && a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80;
}

/* One address of each version; of IPv6 one that is good everywhere, if there is one. */
static void choose_own(struct bench *b)
{
    const ipfunnel_interface *i = b->interface;

    for (uint32_t k = 0; i && !(i->flags & IPFUNNEL_INTERFACE_LOOPBACK) && k < i->address_count; k++) {
        const ipfunnel_address *a = &i->addresses[k];
        struct place *p = &b->own[a->version == 6];
        if (!p->there || (link_local(a) ? false : p->at.scope != 0))
            set_place(p, a, link_local(a) ? i->index : 0);
    }
}

static void choose_loopback(struct bench *b, const ipfunnel_interface *chain)
{
    for (const ipfunnel_interface *i = chain; i; i = i->next)
        for (uint32_t k = 0; k < i->address_count; k++)
            if (doctor_same_address(&i->addresses[k], i->addresses[k].version == 4 ? "127.0.0.1" : "::1"))
                set_place(&b->loopback[i->addresses[k].version == 6], &i->addresses[k], 0);
}

static void announce(const struct bench *b)
{
    const bool both = b->own[0].there || b->own[1].there;

    note("doctor --verify now captures on loopback%s%s (promiscuous) and sends at most %d datagrams and %d KiB of TCP "
         "of its own, from this host's addresses to themselves, for at most %d s; it leaves nothing changed",
         both ? " and " : "", both ? b->interface->name : "", TRAFFIC_MOST_DATAGRAMS, TRAFFIC_MOST_TCP_BYTES >> 10,
         TRAFFIC_MOST_SECONDS);
}

/* Why no capture can be opened. */
static void ask_why(const struct doctor_subject *subject, ipfunnel_error *error)
{
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    ipfunnel *capture = NULL;

    options.interface_name = subject->interface_name;
    options.backend = subject->backend;
    ipfunnel_open(&capture, &options, error);
    ipfunnel_close(capture);
}

/* Nothing can be tried. */
static int refuse(const struct doctor_subject *subject, int code)
{
    ipfunnel_error error = { .status = 0 };

    ask_why(subject, &error);
    if (error.status && code <= 0)
        return complain(&error);
    note("raw sockets are refused to this user (code %d); run it as administrator (\"elevated\")", code);
    return EXIT_CAPTURE;
}

static void without_captures(struct report *r, const struct doctor_subject *subject)
{
    ipfunnel_error error = { .status = 0 };

    ask_why(subject, &error);
    for (int i = 0; i < POINT_FIRST_RAW; i++)
        answer_end(&r->answers[i], VERDICT_INCONCLUSIVE, "no capture can be opened: %s", error.text);
}

static void run(struct bench *b, const struct doctor_subject *subject, bool captures)
{
    const int64_t began_ms = host_milliseconds();

    traffic_start(b->traffic, (uint32_t)host_wall_ns() ^ (uint32_t)(host_wall_ns() >> 32));
    b->report->began_ns = host_wall_ns();
    if (captures) {
        verify_copies(b);
        verify_flows(b);
    } else {
        without_captures(b->report, subject);
    }
    winsock_trials(b);
    b->report->took_ms = host_milliseconds() - began_ms;
}

static int write_report(const struct report *r, const char *file_name)
{
    FILE *file;

    if (file_name && strcmp(file_name, "-") == 0) {
        report_print(r, stderr);
        report_json(r, stdout);
        return finish_output();
    }
    report_print(r, stdout);
    if (!file_name)
        return finish_output();
    file = fopen(file_name, "w");
    if (file)
        report_json(r, file);
    if (!file || ferror(file) || fclose(file) != 0) {
        note("cannot write %s: %s; name another file with --json", file_name, strerror(errno));
        return EXIT_CAPTURE;
    }
    note("the report is in %s", file_name);
    return finish_output();
}

int verify(const struct doctor_subject *subject, const char *report_file)
{
    static struct report report;
    static struct findings findings;
    struct own_traffic traffic = { 0 };
    struct bench bench = { .report = &report, .traffic = &traffic, .backend = subject->backend };
    const ipfunnel_interface *chain = NULL;
    ipfunnel_error error = { .status = 0 };
    int code, status = EXIT_CAPTURE;
    bool captures;

    if (!own_sockets_start()) {
        note("sockets cannot be used at all; see whether the network of this machine works");
        return EXIT_CAPTURE;
    }
    if (ipfunnel_interfaces(&chain, &error) < 0) {
        status = complain(&error);
        goto done;
    }
    report_start(&report);
    host_describe(&report.host);
    report.findings = &findings;
    report.traffic = &traffic;
    captures = doctor_backends(&findings, subject->backend) > 0;
    code = winsock_trials_refused();
    if (!captures && code) {
        status = refuse(subject, code);
        goto done;
    }
    bench.interface = doctor_interface(&findings, subject, chain, captures);
    if (!bench.interface && strcmp(subject->interface_name, "default") != 0) {
        status = refuse(subject, 0);
        goto done;
    }
    report.interface_name = bench.interface ? bench.interface->name : NULL;
    choose_own(&bench);
    choose_loopback(&bench, chain);
    host_findings(&findings, bench.interface, true);
    announce(&bench);
    run(&bench, subject, captures);
    status = write_report(&report, report_file);
done:
    ipfunnel_interfaces_free(chain);
    own_sockets_stop();
    return status;
}

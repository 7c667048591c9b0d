#include "capture_file.h"
#include "file_name.h"
#include "host.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 1024, FLUSH_EVERY_MS = 1000 };

/* A writer interface and where its datagrams come from. */
struct origin {
    ipfunnel *capture;
    uint32_t interface_index;
    int number;
};

struct capture_file {
    const struct capture_settings *settings;
    ipfunnel_writer *writer;
    struct origin *origins;
    int origin_count, last_origin;
    int described;                      /* interfaces, also those that are forgotten */
    uint64_t number;                    /* of the file, counted by size */
    uint64_t files;                     /* counted by time, the current one included */
    int64_t started_ns;
    int64_t next_file_ms, next_flush_ms;
    bool unflushed;
    ipfunnel_error error;               /* of failures that are not the writer's */
    bool own_error;
};

static int fail(struct capture_file *f, int status, const char *text, const char *remedy)
{
    f->error = (ipfunnel_error){ .status = status };
    snprintf(f->error.where, sizeof f->error.where, "%s", "-w");
    snprintf(f->error.text, sizeof f->error.text, "%s", text);
    snprintf(f->error.remedy, sizeof f->error.remedy, "%s", remedy);
    f->own_error = true;
    return status;
}

static int current_name(struct capture_file *f, char *out)
{
    const struct capture_settings *s = f->settings;

    if (file_name(out, NAME_SIZE, s->write_name, s->rotate_ms != 0, host_wall_ns() / 1000000000, s->rotate_bytes != 0,
                  f->number, s->file_limit))
        return 0;
    return fail(f, IPFUNNEL_EINVAL, "the name after -w gives no usable file name", "use a shorter or simpler pattern");
}

int capture_file_open(struct capture_file **out, const struct capture_settings *settings, ipfunnel_error *error)
{
    ipfunnel_writer_options options = IPFUNNEL_WRITER_OPTIONS_INIT;
    struct capture_file *f = calloc(1, sizeof *f);
    char name[NAME_SIZE];
    int status;

    if (!f) {
        *error = (ipfunnel_error){ .status = IPFUNNEL_ENOMEM, .text = "out of memory" };
        return IPFUNNEL_ENOMEM;
    }
    f->settings = settings;
    f->files = 1;
    f->started_ns = host_wall_ns();
    f->next_file_ms = host_milliseconds() + (int64_t)settings->rotate_ms;
    status = current_name(f, name);
    if (status < 0) {
        *error = f->error;
        free(f);
        return status;
    }
    options.path = name;
    options.format = settings->format;
    options.flags = settings->packet_buffered ? IPFUNNEL_WRITER_FLUSH_EACH : 0;
    status = ipfunnel_writer_open(&f->writer, &options, error);
    if (status < 0) {
        free(f);
        return status;
    }
    *out = f;
    return 0;
}

static int add_origin(struct capture_file *f, ipfunnel *capture, uint32_t index, const ipfunnel_writer_interface *text)
{
    struct origin *more = realloc(f->origins, (size_t)(f->origin_count + 1) * sizeof *more);
    int number;

    if (!more)
        return fail(f, IPFUNNEL_ENOMEM, "out of memory", "");
    f->origins = more;
    number = ipfunnel_writer_add_interface(f->writer, text);
    if (number < 0)
        return number;
    more[f->origin_count] = (struct origin){ .capture = capture, .interface_index = index, .number = number };
    f->last_origin = f->origin_count++;
    f->described++;
    return 0;
}

int capture_file_add(struct capture_file *f, ipfunnel *capture)
{
    ipfunnel_writer_interface text = IPFUNNEL_WRITER_INTERFACE_INIT;
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    ipfunnel_statistics statistics = IPFUNNEL_STATISTICS_INIT;
    const ipfunnel_interface *chain = NULL;
    int status;

    ipfunnel_info(capture, &info);
    ipfunnel_stats(capture, &statistics);
    text.name = info.interface_name;
    text.filter = f->settings->options.filter;
    text.snap_length = info.snap_length;
    text.clock_resolution_ns = info.clock_resolution_ns;
    text.dropped_unknown = !(statistics.available >> IPFUNNEL_COUNTER_dropped & 1);
    if (info.interface_index && ipfunnel_interfaces(&chain, NULL) > 0)
        for (const ipfunnel_interface *i = chain; i; i = i->next)
            if (i->index == info.interface_index) {
                text.description = i->description;
                text.addresses = i->addresses;
                text.address_count = i->address_count;
                text.hardware_address = i->hardware_address;
                text.hardware_address_length = i->hardware_address_length;
            }
    status = add_origin(f, capture, info.interface_index, &text);
    ipfunnel_interfaces_free(chain);
    return status;
}

/* The writer's number for the interface of a datagram; adds it when it is new. */
static int number_of(struct capture_file *f, ipfunnel *capture, const ipfunnel_datagram *d)
{
    ipfunnel_writer_interface text = IPFUNNEL_WRITER_INTERFACE_INIT;
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    int status;

    for (int n = 0; n < f->origin_count; n++) {
        int i = (f->last_origin + n) % f->origin_count;
        if (f->origins[i].capture == capture && f->origins[i].interface_index == d->interface_index) {
            f->last_origin = i;
            return f->origins[i].number;
        }
    }
    text.name = d->interface_name;
    text.os = "";
    text.filter = f->settings->options.filter;
    text.dropped_unknown = d->dropped_before == IPFUNNEL_DROPS_UNKNOWN;
    ipfunnel_info(capture, &info);
    text.clock_resolution_ns = info.clock_resolution_ns;
    status = add_origin(f, capture, d->interface_index, &text);
    return status < 0 ? status : f->origins[f->last_origin].number;
}

/* The counters of one origin; those of a capture that reads a file are of the reading, not of its interfaces. */
static int put_statistics(struct capture_file *f, const struct origin *origin)
{
    ipfunnel_statistics statistics = IPFUNNEL_STATISTICS_INIT;

    if (f->settings->options.file || ipfunnel_stats(origin->capture, &statistics) < 0)
        return 0;
    return ipfunnel_writer_statistics(f->writer, origin->number, &statistics, f->started_ns, host_wall_ns());
}

static int put_all_statistics(struct capture_file *f)
{
    int status = 0;
    for (int i = 0; i < f->origin_count && status == 0; i++)
        status = put_statistics(f, &f->origins[i]);
    return status;
}

int capture_file_forget(struct capture_file *f, ipfunnel *capture)
{
    int status = 0;
    for (int i = 0; i < f->origin_count;) {
        if (f->origins[i].capture != capture) {
            i++;
            continue;
        }
        status = put_statistics(f, &f->origins[i]);
        f->origins[i] = f->origins[--f->origin_count];
        f->last_origin = 0;
    }
    return status;
}

static int next_file(struct capture_file *f)
{
    char name[NAME_SIZE];
    int status = put_all_statistics(f);

    if (status == 0)
        status = current_name(f, name);
    if (status == 0)
        status = ipfunnel_writer_rotate(f->writer, name);
    return status;
}

static void next_number(struct capture_file *f)
{
    f->number++;
    if (f->settings->file_limit && f->number >= f->settings->file_limit)
        f->number = 0;
}

int capture_file_write(struct capture_file *f, ipfunnel *capture, const ipfunnel_datagram *const datagrams[], int count)
{
    const uint64_t limit = f->settings->rotate_bytes;
    int status = 0;

    /* Runs of one interface go in one call; with a size limit each run is one datagram. */
    for (int i = 0, end; i < count && status == 0; i = end) {
        int number = number_of(f, capture, datagrams[i]);
        if (number < 0)
            return number;
        end = i + 1;
        if (limit) {
            if (ipfunnel_writer_bytes(f->writer) > limit) {
                next_number(f);
                status = next_file(f);
            }
        } else {
            while (end < count && datagrams[end]->interface_index == datagrams[i]->interface_index)
                end++;
        }
        if (status == 0)
            status = ipfunnel_writer_write(f->writer, number, datagrams + i, end - i);
    }
    f->unflushed = true;
    return status;
}

int capture_file_interfaces(const struct capture_file *f)
{
    return f->described;
}

int64_t capture_file_time_left(const struct capture_file *f, int64_t now_ms)
{
    int64_t left = -1;

    if (f->settings->rotate_ms)
        left = f->next_file_ms - now_ms;
    if (f->unflushed && (left < 0 || f->next_flush_ms - now_ms < left))
        left = f->next_flush_ms - now_ms;
    return left < 0 && (f->settings->rotate_ms || f->unflushed) ? 0 : left;
}

int capture_file_tick(struct capture_file *f, int64_t now_ms)
{
    const struct capture_settings *s = f->settings;

    if (s->rotate_ms && now_ms >= f->next_file_ms) {
        /* With -C the count of -W belongs to the names alone. */
        if (s->file_limit && !s->rotate_bytes && f->files >= s->file_limit)
            return 1;
        f->files++;
        if (file_name_has_time(s->write_name))
            f->number = 0;
        else
            next_number(f);             /* numbers alone tell the files apart */
        while (f->next_file_ms <= now_ms)
            f->next_file_ms += (int64_t)s->rotate_ms;
        return next_file(f);
    }
    if (f->unflushed && now_ms >= f->next_flush_ms)
        return capture_file_flush(f);
    return 0;
}

int capture_file_flush(struct capture_file *f)
{
    f->unflushed = false;
    f->next_flush_ms = host_milliseconds() + FLUSH_EVERY_MS;
    return ipfunnel_writer_flush(f->writer);
}

const ipfunnel_error *capture_file_error(const struct capture_file *f)
{
    return f->own_error ? &f->error : ipfunnel_writer_last_error(f->writer);
}

int capture_file_close(struct capture_file *f, ipfunnel_error *error)
{
    int status;

    if (!f)
        return 0;
    put_all_statistics(f);
    status = ipfunnel_writer_close(f->writer, error);
    free(f->origins);
    free(f);
    return status;
}

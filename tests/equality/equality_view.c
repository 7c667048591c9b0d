#include "equality_view.h"
#include "check.h"

enum { PATIENCE_MS = 3000 };

void view_open(struct view *v, const char *backend, ipfunnel_options options)
{
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    ipfunnel_error error;
    *v = (struct view){ .name = backend, .statistics = IPFUNNEL_STATISTICS_INIT };
    options.backend = backend;
    if (ipfunnel_open(&v->capture, &options, &error)) {
        if (error.status == IPFUNNEL_EACCES || error.status == IPFUNNEL_EUNAVAILABLE)
            SKIP("%s", error.text);
        fprintf(stderr, "%s: %s; %s\n", backend, error.text, error.remedy);
        exit(1);
    }
    CHECK_INT(ipfunnel_info(v->capture, &info), 0);
    v->capabilities = info.capabilities;
}

void view_add(struct view *v, const ipfunnel_datagram *d, int stream)
{
    uint8_t *bytes = malloc(d->length ? d->length : 1);
    if (v->count == v->room) {
        v->room = v->room ? v->room * 2 : 256;
        v->records = realloc(v->records, v->room * sizeof *v->records);
    }
    CHECK(bytes && v->records);
    memcpy(bytes, d->bytes, d->length);
    struct record *r = &v->records[v->count++];
    *r = (struct record){ .d = *d, .stream = stream };
    r->d.bytes = bytes;
}

static int receive_some(struct view *v, int timeout_ms, view_wanted *wanted, const void *row)
{
    const ipfunnel_datagram *d[64];
    int n = ipfunnel_recv(v->capture, d, 64, timeout_ms);
    for (int i = 0; i < n; i++)
        if (wanted(row, d[i]))
            view_add(v, d[i], 0);
        else
            v->strangers++;
    return n;
}

void view_receive(struct view *v, size_t count, view_wanted *wanted, const void *row)
{
    v->status = 1;
    while (v->status > 0 && v->count < count)
        v->status = receive_some(v, PATIENCE_MS, wanted, row);
    if (count != SIZE_MAX)
        CHECK_INT(ipfunnel_set_mode(v->capture, IPFUNNEL_MODE_OFF), 0);
    while (v->status > 0 || (v->status == 0 && count != SIZE_MAX))
        v->status = receive_some(v, PATIENCE_MS, wanted, row);
    CHECK_INT(ipfunnel_stats(v->capture, &v->statistics), 0);
}

void view_close(struct view *v)
{
    for (size_t i = 0; i < v->count; i++)
        free((void *)(uintptr_t)v->records[i].d.bytes);
    free(v->records);
    ipfunnel_close(v->capture);
}

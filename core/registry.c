/* registry.c - which backends exist, and which one a capture uses. The only file of the core with build conditions. */
#include "backend.h"
#include "error.h"
#include "os.h"
#include <string.h>

#ifdef IPFUNNEL_HAVE_SIO_RCVALL
extern const struct ipfunnel__backend ipfunnel__sio_rcvall;
#define SIO_RCVALL .backend = &ipfunnel__sio_rcvall
#else
#define SIO_RCVALL .backend = NULL
#endif
#ifdef IPFUNNEL_HAVE_AF_PACKET
extern const struct ipfunnel__backend ipfunnel__af_packet;
#define AF_PACKET .backend = &ipfunnel__af_packet
#else
#define AF_PACKET .backend = NULL
#endif
#ifdef IPFUNNEL_HAVE_PCAP
extern const struct ipfunnel__backend ipfunnel__pcap;
#define PCAP .backend = &ipfunnel__pcap
#else
#define PCAP .backend = NULL
#endif
#ifdef IPFUNNEL_HAVE_SAVEFILE
extern const struct ipfunnel__backend ipfunnel__savefile;
#define SAVEFILE .backend = &ipfunnel__savefile
#else
#define SAVEFILE .backend = NULL
#endif
extern const struct ipfunnel__backend ipfunnel__memory;

/* In the order of automatic choice; of files savefile knows more than libpcap does. `absent` is what
 * ipfunnel_backend_at shows for one that is not built. */
static const struct row {
    const struct ipfunnel__backend *backend;
    ipfunnel_backend absent;
} rows[] = {
    { SIO_RCVALL, .absent = { .name = "sio_rcvall", .description = "Windows raw sockets, no driver needed" } },
    { AF_PACKET, .absent = { .name = "af_packet", .description = "Linux packet sockets with a shared ring" } },
    { SAVEFILE, .absent = { .name = "savefile", .description = "capture files: pcap, pcapng" } },
    { PCAP, .absent = { .name = "pcap", .description = "libpcap, or Npcap on Windows" } },
    { .backend = &ipfunnel__memory },
};
enum { ROWS = sizeof rows / sizeof *rows };

static const ipfunnel_backend *info_of(const struct row *row)
{
    return row->backend ? &row->backend->info : &row->absent;
}

const ipfunnel_backend *ipfunnel_backend_at(int index)
{
    return index >= 0 && index < ROWS ? info_of(&rows[index]) : NULL;
}

static const struct row *row_named(const char *name)
{
    for (const struct row *row = rows; row < rows + ROWS; row++)
        if (strcmp(info_of(row)->name, name) == 0)
            return row;
    return NULL;
}

const struct ipfunnel__backend *ipfunnel__backend_named(const char *name)
{
    const struct row *row = row_named(name);
    return row ? row->backend : NULL;
}

static int no_backend(const char *name, ipfunnel_error *error)
{
    if (row_named(name)) {
        ipfunnel__fail(error, IPFUNNEL_ENOBACKEND, 0, "backend", "the backend %s is not in this build", name);
        return ipfunnel__remedy(error, "build ipfunnel with it, or choose another one of \"ipfunnel backends\"");
    }
    char known[128] = "";
    for (int i = 0; i < ROWS; i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", info_of(&rows[i])->name);
    }
    ipfunnel__fail(error, IPFUNNEL_ENOBACKEND, 0, "backend", "there is no backend \"%s\"", name);
    return ipfunnel__remedy(error, "the backends are %s", known);
}

int ipfunnel_probe(const char *name, ipfunnel_error *error)
{
    ipfunnel_error scratch;
    const struct ipfunnel__backend *backend = name ? ipfunnel__backend_named(name) : NULL;
    if (!error)
        error = &scratch;
    return backend ? backend->probe(error) : no_backend(name ? name : "", error);
}

const struct ipfunnel__backend *ipfunnel__backend_choose(const char *name, bool for_file, ipfunnel_error *error)
{
    if (!name || !*name)
        name = for_file ? NULL : ipfunnel__os_environment("IPFUNNEL_BACKEND");
    if (name && *name) {
        const struct ipfunnel__backend *named = ipfunnel__backend_named(name);
        if (!named)
            no_backend(name, error);
        return named;
    }
    /* The first that can run here. When none can, the reason of the first that is built helps most: on one system there
     * is rarely more than one whose failure is worth mending. */
    ipfunnel_error first = { .status = IPFUNNEL_OK };
    uint32_t able = for_file ? IPFUNNEL_CAN_READ_FILES : IPFUNNEL_CAN_LIVE;
    for (const struct row *row = rows; row < rows + ROWS; row++) {
        if (!row->backend || !(row->backend->info.capabilities & able))
            continue;
        ipfunnel_error reason;
        if (row->backend->probe(&reason) == IPFUNNEL_OK)
            return row->backend;
        if (!first.status)
            first = reason;
    }
    if (!first.status) {
        ipfunnel__fail(&first, IPFUNNEL_ENOBACKEND, 0, "backend", "this build has no backend that %s",
                       for_file ? "reads capture files" : "captures from interfaces");
        ipfunnel__remedy(&first, "\"ipfunnel backends\" lists what is built and why something is not");
    }
    *error = first;
    return NULL;
}

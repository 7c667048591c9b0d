#define _POSIX_C_SOURCE 200809L
#include "equality_double_posix.h"
#include "check.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 15000, STEP_MS = 4, LOG_ROOM = 4000 };
static const char LOG_NAME[] = "equality_double.log";

static pid_t process = -1;
static int exit_status = -1;            /* of the process, once it was waited for */

/* What came so far; the reader appends. */
static struct {
    pthread_mutex_t lock;
    pthread_t thread;
    struct view all;
    int pipe;
} reader = { .lock = PTHREAD_MUTEX_INITIALIZER };

bool double_here(void)
{
    const char *command = getenv("EQUALITY_DOUBLE");
    return command && *command;
}

static void nap(void)
{
    const struct timespec step = { .tv_nsec = STEP_MS * 1000000L };
    nanosleep(&step, NULL);
}

static bool has_ended(void)
{
    int status = 0;
    if (process > 0 && waitpid(process, &status, WNOHANG) == process) {
        process = -1;
        exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    return process < 0;
}

/* What it wrote to stderr. */
static const char *log_text(void)
{
    static char text[LOG_ROOM];
    FILE *file = fopen(LOG_NAME, "r");
    size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;
    text[n] = '\0';
    if (file)
        fclose(file);
    return text;
}

static void give_up(const char *what)
{
    fprintf(stderr, "the command under Wine %s: %s\n", what, log_text());
    if (process > 0)
        kill(process, SIGKILL);
    exit(1);
}

static void start(const struct expectation *e, int out)
{
    const struct row *row = e->row;
    char vlan[16] = "own";
    if (row->vlan == IPFUNNEL_VLAN_ALL)
        strcpy(vlan, "all");
    else if (row->vlan)
        snprintf(vlan, sizeof vlan, "%u", (unsigned)row->vlan);
    const char *arguments[20] = {
        "sh", getenv("EQUALITY_DOUBLE"), "capture", "-b", "sio_rcvall", "-i", e->stage->capture_on, "-m",
        row->mode == IPFUNNEL_MODE_IPLEVEL ? "iplevel" : "on", "--vlan", vlan, "-B", "65536", "--count-all", "-U",
        "-w", "-",
    };
    int n = 17;
    if (row->families)
        arguments[n++] = row->families == IPFUNNEL_IPV4 ? "-4" : "-6";
    if (row->flags & IPFUNNEL_OPEN_NO_OUTGOING)
        arguments[n++] = "--no-outgoing";
    if (row->flags & IPFUNNEL_OPEN_ON_WIRE)
        arguments[n++] = "--on-wire";
    process = fork();
    CHECK(process >= 0);
    if (process > 0)
        return;
    if (dup2(out, STDOUT_FILENO) >= 0 && freopen(LOG_NAME, "w", stderr))
        execv("/bin/sh", (char **)(uintptr_t)arguments);
    _exit(127);
}

static void *read_all(void *unused)
{
    const ipfunnel_datagram *d[64];
    int n;
    (void)unused;
    while ((n = ipfunnel_recv(reader.all.capture, d, 64, -1)) > 0) {
        pthread_mutex_lock(&reader.lock);
        for (int i = 0; i < n; i++)
            view_add(&reader.all, d[i], 0);
        pthread_mutex_unlock(&reader.lock);
    }
    reader.all.status = n;
    return NULL;
}

const char *double_refuses_on_wire(const struct expectation *e)
{
    int nowhere = dup(STDERR_FILENO);
    CHECK(nowhere >= 0);
    start(e, nowhere);
    close(nowhere);
    for (int left = PATIENCE_MS; !has_ended(); left -= STEP_MS) {
        if (left <= 0)
            give_up("goes on with on_wire");
        nap();
    }
    const char *said = log_text();
    remove(LOG_NAME);
    return exit_status == 1 && strstr(said, "sio_rcvall cannot tell what the wire carries") ? NULL : said;
}

void double_open(struct view *v, const struct expectation *e)
{
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    char path[32];
    int ends[2];
    CHECK_INT(pipe(ends), 0);
    remove(LOG_NAME);
    start(e, ends[1]);
    close(ends[1]);
    for (int left = PATIENCE_MS; !strstr(log_text(), "C ends"); left -= STEP_MS) {
        if (has_ended() || left <= 0)
            give_up("does not capture");
        nap();
    }
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    o.file = path;
    o.start = IPFUNNEL_MODE_ON;
    view_open(&reader.all, "savefile", o);
    reader.pipe = ends[0];
    *v = (struct view){ .name = "sio_rcvall", .statistics = IPFUNNEL_STATISTICS_INIT };
    CHECK_INT(pthread_create(&reader.thread, NULL, read_all, NULL), 0);
}

/* Of what came so far, as many belong to the row. */
static size_t wanted_so_far(const struct expectation *e)
{
    size_t n = 0;
    pthread_mutex_lock(&reader.lock);
    for (size_t i = 0; i < reader.all.count; i++)
        n += expect_wanted(e, &reader.all.records[i].d);
    pthread_mutex_unlock(&reader.lock);
    return n;
}

/* "12 datagrams delivered": the number in front of these words of the totals; `otherwise` where they are not there. */
static uint64_t number_before(const char *log, const char *words, uint64_t otherwise)
{
    const char *at = strstr(log, words);
    if (!at)
        return otherwise;
    while (at > log && (at[-1] == ' ' || (at[-1] >= '0' && at[-1] <= '9')))
        at--;
    return strtoull(at, NULL, 10);
}

/* The totals that the command prints at its end, and which it says that it does not know. */
static void read_totals(ipfunnel_statistics *s)
{
    const char *log = log_text(), *not_counted = strstr(log, "not counted: ");
#define TOTAL(name, words) \
    if (!not_counted || !strstr(not_counted, words)) { \
        s->available |= UINT64_C(1) << IPFUNNEL_COUNTER_##name; \
        s->name = number_before(log, words, 0); \
    }
    TOTAL(other_family, "of the other IP version")
    TOTAL(excluded_vlan, "of other VLANs")
    TOTAL(excluded_other_host, "for other hosts")
    TOTAL(excluded_outgoing, "outgoing")
    TOTAL(excluded_loopback_copy, "loopback copies")
    TOTAL(filtered, "by the filter")
    TOTAL(not_ip, "not IP")
    TOTAL(malformed, "malformed")
    TOTAL(unknown_link, "of unknown link type")
    TOTAL(delivered, "datagram")
    TOTAL(frames, "frame")
    const char *seen = strstr(log, " seen: ");
    if (seen) {
        s->available |= UINT64_C(1) << IPFUNNEL_COUNTER_carrying_ip;
        s->carrying_ip = strtoull(seen + strlen(" seen: "), NULL, 10);
    }
}

static uint32_t capabilities(void)
{
    static const struct { const char *word; uint32_t bit; } words[] = {
        { "direction", IPFUNNEL_CAN_DIRECTION },       { "checksum", IPFUNNEL_CAN_CHECKSUM },
        { "segmentation", IPFUNNEL_CAN_SEGMENTATION }, { "vlan", IPFUNNEL_CAN_VLAN },
    };
    const char *can = getenv("EQUALITY_DOUBLE_CAN");
    uint32_t bits = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        bits |= strstr(can ? can : "", words[i].word) ? words[i].bit : 0;
    return bits;
}

void double_receive(struct view *v, size_t count, const struct expectation *e)
{
    for (int left = PATIENCE_MS; !has_ended() && left > 0 && wanted_so_far(e) < count; left -= STEP_MS)
        nap();
    if (process > 0)
        kill(process, SIGINT);
    for (int left = PATIENCE_MS; !has_ended(); left -= STEP_MS) {
        if (left <= 0)
            give_up("does not end");
        nap();
    }
    CHECK_INT(pthread_join(reader.thread, NULL), 0);
    if (reader.all.status != IPFUNNEL_END)
        give_up(ipfunnel_last_error(reader.all.capture)->text);
    for (size_t i = 0; i < reader.all.count; i++)
        if (expect_wanted(e, &reader.all.records[i].d))
            view_add(v, &reader.all.records[i].d, 0);
        else
            v->strangers++;
    v->capabilities = capabilities();
    v->status = exit_status == 0 ? IPFUNNEL_END : IPFUNNEL_EIO;
    if (v->status == IPFUNNEL_EIO)
        fprintf(stderr, "%s\n", log_text());
    read_totals(&v->statistics);
    view_close(&reader.all);
    close(reader.pipe);
    remove(LOG_NAME);
}

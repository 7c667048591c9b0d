/* traffic_script_posix.c - sends the traffic script over a real device and compares what is delivered with what the
 * script says: every byte, the order, and the ledgers. Runs inside netns.sh.
 *
 *   traffic_script BACKEND DEVICE MODE FAMILIES VLAN [count_all]
 *     DEVICE   veth-in (capture on vb what va sends), veth-out (on va itself), lo, tun
 *     MODE     on, iplevel      FAMILIES 4, 6, both      VLAN own, all, or a VLAN id */
#define _GNU_SOURCE
#include "check.h"
#include "traffic_script.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ipfunnel.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct setting {
    const char *backend, *device;
    ipfunnel_mode mode;
    uint32_t families, vlan;
    int count_all;
};

/* Where frames go in, and the interface they are captured on. */
struct path {
    const char *send_on, *capture_on;
    int fd;
    int whole_frames;        /* 0: a tun device, which carries bare datagrams */
    int sees_other_host;     /* 0: frames we send ourselves are never "for another host" */
    int copies;              /* frames that a tap sees for each one sent */
    uint8_t direction;       /* what the kernel says of them */
    uint8_t mac[6];
};

static void set_mtu(const char *name, int mtu)
{
    struct ifreq r = { .ifr_mtu = mtu };
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    strncpy(r.ifr_name, name, sizeof r.ifr_name - 1);
    CHECK_INT(ioctl(fd, SIOCSIFMTU, &r), 0);
    close(fd);
}

static int packet_socket(const char *name)
{
    struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(name) };
    int fd = socket(AF_PACKET, SOCK_RAW, 0), size = 4 << 20;
    CHECK(fd >= 0);
    CHECK_INT(bind(fd, (struct sockaddr *)&to, sizeof to), 0);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    return fd;
}

static int tun_device(const char *name)
{
    struct ifreq r = { .ifr_flags = IFF_TUN | IFF_NO_PI };
    int fd = open("/dev/net/tun", O_RDWR);
    if (fd < 0)
        SKIP("/dev/net/tun: %s", strerror(errno));
    strncpy(r.ifr_name, name, sizeof r.ifr_name - 1);
    if (ioctl(fd, TUNSETIFF, &r))
        SKIP("no tun device: %s", strerror(errno));
    set_mtu(name, 65535);
    int control = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_INT(ioctl(control, SIOCGIFFLAGS, &r), 0);
    r.ifr_flags |= IFF_UP;
    CHECK_INT(ioctl(control, SIOCSIFFLAGS, &r), 0);
    close(control);
    return fd;
}

static struct path open_path(const char *device)
{
    if (strcmp(device, "tun") == 0)
        return (struct path){ .send_on = "tun7", .capture_on = "tun7", .fd = tun_device("tun7"), .copies = 1,
                              .direction = IPFUNNEL_DIRECTION_IN };
    if (strcmp(device, "lo") == 0)
        return (struct path){ .send_on = "lo", .capture_on = "lo", .fd = packet_socket("lo"), .whole_frames = 1,
                              .sees_other_host = 1, .copies = 2, .direction = IPFUNNEL_DIRECTION_IN };
    set_mtu("va", 65535);
    set_mtu("vb", 65535);
    struct path path = { .send_on = "va", .capture_on = "vb", .fd = packet_socket("va"), .whole_frames = 1,
                         .sees_other_host = 1, .copies = 1, .mac = { 2, 0, 0, 0, 0, 0x0b },
                         .direction = IPFUNNEL_DIRECTION_IN };
    if (strcmp(device, "veth-out") == 0) {
        path.capture_on = "va";
        path.sees_other_host = 0;
        path.direction = IPFUNNEL_DIRECTION_OUT;
    }
    return path;
}

static void send_step(const struct path *path, const struct step *step)
{
    size_t at = path->whole_frames ? 0 : step->datagram_at;
    const uint8_t *bytes = step->frame + at;
    ssize_t n;
    do {
        n = path->whole_frames ? send(path->fd, bytes, step->frame_length - at, 0)
                               : write(path->fd, bytes, step->frame_length - at);
    } while (n < 0 && (errno == ENOBUFS || errno == EAGAIN));
    if (n != (ssize_t)(step->frame_length - at))
        fprintf(stderr, "%s: %s\n", step->name, strerror(errno));
    CHECK_INT(n, step->frame_length - at);
}

/* What has to happen to a step in this setting: the counter it goes to. */
static int expected_counter(const struct setting *s, const struct path *path, const struct step *step)
{
    if (step->outcome == NOT_IP)
        return IPFUNNEL_COUNTER_not_ip;
    if (step->outcome == MALFORMED)
        return IPFUNNEL_COUNTER_malformed;
    if (step->other_host && path->sees_other_host && s->mode == IPFUNNEL_MODE_IPLEVEL)
        return IPFUNNEL_COUNTER_excluded_other_host;
    if (s->vlan != IPFUNNEL_VLAN_ALL && (uint32_t)step->vid != (s->vlan == IPFUNNEL_VLAN_OWN ? 0 : s->vlan))
        return IPFUNNEL_COUNTER_excluded_vlan;
    if (!(s->families & (step->version == 4 ? IPFUNNEL_IPV4 : IPFUNNEL_IPV6)))
        return IPFUNNEL_COUNTER_other_family;
    return IPFUNNEL_COUNTER_delivered;
}

static int travels(const struct path *path, const struct step *step)
{
    /* A tun device takes bare datagrams only; a tag, an 802.3 frame or a foreign link address cannot be said there. */
    return path->whole_frames || (step->outcome == DATAGRAM && !step->other_host && step->datagram_at == 14);
}

static int is_delivered(const struct setting *s, const struct path *path, const struct step *step)
{
    return travels(path, step) && expected_counter(s, path, step) == IPFUNNEL_COUNTER_delivered;
}

static ipfunnel *open_capture(const struct setting *s, const struct path *path)
{
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error e;
    ipfunnel *h = NULL;
    o.interface_name = path->capture_on;
    o.backend = s->backend;
    o.start = (uint32_t)s->mode;
    o.families = s->families;
    o.vlan = s->vlan;
    o.flags = s->count_all ? IPFUNNEL_OPEN_COUNT_ALL : 0;
    if (ipfunnel_open(&h, &o, &e)) {
        fprintf(stderr, "%s; %s\n", e.text, e.remedy);
        exit(1);
    }
    return h;
}

static void compare(const struct step *step, const struct path *path, const ipfunnel_datagram *d)
{
    if (d->length != step->datagram_length
        || memcmp(d->bytes, step->frame + step->datagram_at, step->datagram_length) != 0) {
        char line[200];
        fprintf(stderr, "%s: expected %zu bytes, got %u: %s\n", step->name, step->datagram_length, d->length,
                ipfunnel_summary(d, line, sizeof line));
        exit(1);
    }
    CHECK_INT(d->version, step->version);
    CHECK_INT(d->direction_source, IPFUNNEL_SAYS_KERNEL);
    CHECK_INT(d->direction, path->direction);
    CHECK_INT(d->vlan_count, step->tags);
    CHECK(d->time_ns != IPFUNNEL_TIME_UNKNOWN);
    CHECK_STR(d->interface_name, path->capture_on);
}

/* Receives until every step that is to be delivered was, in this order. */
static size_t receive_all(ipfunnel *h, const struct setting *s, const struct path *path, const struct script *script)
{
    const ipfunnel_datagram *d[64];
    size_t at = 0, delivered = 0;
    for (;;) {
        while (at < script->count && !is_delivered(s, path, &script->steps[at]))
            at++;
        int n = ipfunnel_recv(h, d, 64, at < script->count ? 2000 : 50);
        if (n == 0) {
            if (at < script->count)
                fprintf(stderr, "missing from %s on\n", script->steps[at].name);
            CHECK_INT(at, script->count);
            return delivered;
        }
        CHECK(n > 0);
        for (int i = 0; i < n; i++, delivered++) {
            while (at < script->count && !is_delivered(s, path, &script->steps[at]))
                at++;
            CHECK(at < script->count);
            compare(&script->steps[at++], path, d[i]);
        }
    }
}

static void check_ledger(ipfunnel *h, const struct setting *s, const struct path *path, const struct script *script)
{
    uint64_t expected[IPFUNNEL_COUNTER_COUNT] = { 0 };
    for (size_t i = 0; i < script->count; i++) {
        const struct step *step = &script->steps[i];
        if (!travels(path, step))
            continue;
        expected[expected_counter(s, path, step)]++;
        expected[IPFUNNEL_COUNTER_frames]++;
        if (path->copies == 2) {
            /* The outgoing copy: IP is excluded as such; what is not IP is counted as what it is, twice. */
            expected[IPFUNNEL_COUNTER_frames]++;
            expected[step->outcome == NOT_IP ? IPFUNNEL_COUNTER_not_ip : step->outcome == MALFORMED
                     ? IPFUNNEL_COUNTER_malformed : IPFUNNEL_COUNTER_excluded_loopback_copy]++;
        }
    }
    for (int i = IPFUNNEL_COUNTER_delivered; i < IPFUNNEL_COUNTER_COUNT; i++)
        expected[IPFUNNEL_COUNTER_carrying_ip] += expected[i];

    ipfunnel_statistics st = IPFUNNEL_STATISTICS_INIT;
    CHECK_INT(ipfunnel_stats(h, &st), 0);
    CHECK_INT(st.frames, st.carrying_ip + st.not_ip + st.malformed + st.unknown_link + st.pending);
    CHECK_INT(st.carrying_ip + st.extra_from_cutting,
              st.delivered + st.filtered + st.other_family + st.excluded_vlan + st.excluded_other_host
              + st.excluded_outgoing + st.excluded_loopback_copy);
    if (s->count_all)
        CHECK(st.available == (1u << IPFUNNEL_COUNTER_COUNT) - 1);
#define COMPARE(name) \
    if (s->count_all) \
        CHECK_INT(st.name, expected[IPFUNNEL_COUNTER_##name]);
    IPFUNNEL_COUNTERS(COMPARE)
    CHECK_INT(st.delivered, expected[IPFUNNEL_COUNTER_delivered]);
    CHECK_INT(st.dropped, 0);
}

int main(int argc, char **argv)
{
    CHECK(argc >= 6);
    struct setting s = {
        .backend = argv[1], .device = argv[2],
        .mode = strcmp(argv[3], "on") == 0 ? IPFUNNEL_MODE_ON : IPFUNNEL_MODE_IPLEVEL,
        .families = strcmp(argv[4], "4") == 0 ? IPFUNNEL_IPV4 : strcmp(argv[4], "6") == 0 ? IPFUNNEL_IPV6
                                                              : IPFUNNEL_IPV4 | IPFUNNEL_IPV6,
        .vlan = strcmp(argv[5], "own") == 0 ? IPFUNNEL_VLAN_OWN : strcmp(argv[5], "all") == 0
                ? IPFUNNEL_VLAN_ALL : (uint32_t)strtoul(argv[5], NULL, 10),
        .count_all = argc > 6,
    };
    /* One CPU sends, so that the order is the script's. */
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    sched_setaffinity(0, sizeof one, &one);

    struct path path = open_path(s.device);
    struct script script;
    script_build(&script, path.mac);
    ipfunnel *h = open_capture(&s, &path);
    size_t sent = 0;
    for (size_t i = 0; i < script.count; i++)
        if (travels(&path, &script.steps[i])) {
            send_step(&path, &script.steps[i]);
            sent++;
        }
    size_t delivered = receive_all(h, &s, &path, &script);
    check_ledger(h, &s, &path, &script);
    ipfunnel_close(h);
    close(path.fd);
    printf("%zu frames sent, %zu datagrams delivered, 0 differences\n", sent, delivered);
    script_free(&script);
    return 0;
}

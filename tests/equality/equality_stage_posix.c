#define _GNU_SOURCE
#include "equality_stage_posix.h"
#include "check.h"
#include "frame_builder.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <pthread.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define IN IPFUNNEL_DIRECTION_IN
#define OUT IPFUNNEL_DIRECTION_OUT
#define LARGE "ip link set va mtu 65535; ip link set vb mtu 65535; "

/* A second pair behind this host, which passes on what is for 10.77.0.2 and fd77::2. */
#define ROUTER \
    "add vc address 02:00:00:00:00:0e type veth peer name vd; quiet vd; give vc; " \
    "ip link set vc up; ip link set vd up; " \
    "echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter; echo 0 >/proc/sys/net/ipv4/conf/vb/rp_filter; " \
    "echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding; " \
    "ip route add 10.77.0.2/32 dev vc; ip -6 route add fd77::2/128 dev vc; " \
    "ip neigh add 10.77.0.2 lladdr 02:00:00:00:00:0f dev vc; ip neigh add fd77::2 lladdr 02:00:00:00:00:0f dev vc"
#define BRIDGED \
    LARGE "add br0 address 02:00:00:00:00:0d mtu 65535 type bridge; give br0; ip link set vb master br0; " \
    "ip link set br0 up"
#define MAC_VLAN \
    LARGE "add link vb name mv address 02:00:00:00:00:0c type macvlan mode bridge; give mv; " \
    "ip link set mv up"
#define VXLAN \
    "add vx type vxlan id 7 dstport 4789 dev vb nolearning; give vx; " \
    "ip link set vx address 02:00:00:00:00:11 up"

const struct stage equality_stages[STAGES] = {
    [VETH_IN] = { .set_up = LARGE, .send_on = "va", .capture_on = "vb", .receiver = 0x0b, .direction = IN },
    [VETH_OUT] = { .set_up = LARGE, .send_on = "va", .capture_on = "va", .receiver = 0x0b, .direction = OUT,
                   .hides_other_hosts = true },
    [VETH_BOTH] = { .set_up = LARGE, .send_on = "va", .reply_on = "vb", .capture_on = "vb", .receiver = 0x0b,
                    .direction = IN },
    [VETH_PEER] = { .netns = "-2", .capture_on = "va" },
    [LOOPBACK] = { .set_up = "ip link set lo mtu 200000", .send_on = "lo", .capture_on = "lo", .direction = IN,
                   .copies = true },
    [MACVLAN] = { .set_up = MAC_VLAN, .send_on = "va", .capture_on = "mv", .receiver = 0x0c, .direction = IN },
    [MACVLAN_BELOW] = { .set_up = MAC_VLAN, .send_on = "va", .capture_on = "vb", .receiver = 0x0c, .direction = IN },
    [BRIDGE] = { .set_up = BRIDGED, .send_on = "va", .capture_on = "br0", .receiver = 0x0d, .direction = IN },
    [BRIDGE_PORT] = { .set_up = BRIDGED, .send_on = "va", .capture_on = "vb", .receiver = 0x0d, .direction = IN },
    /* What the kernel found of the outer checksum it says of the inner one, too. */
    [VXLAN_INSIDE] = { .set_up = VXLAN, .send_on = "va", .capture_on = "vx", .way = BY_VXLAN, .receiver = 0x11,
                       .direction = IN, .checksum = IPFUNNEL_CHECKSUM_VALID },
    [IFB] = { .set_up = "add ifb0 type ifb; give ifb0; ip link set ifb0 up; tc qdisc add dev vb handle ffff: ingress "
                        "|| exit 77; tc filter add dev vb parent ffff: protocol all u32 match u32 0 0 action mirred "
                        "egress redirect dev ifb0 || exit 77",
              .send_on = "va", .capture_on = "ifb0", .receiver = 0x0b, .direction = OUT, .hides_other_hosts = true },
    [TUN] = { .way = BY_TUN, .send_on = "tun7", .capture_on = "tun7", .direction = IN },
    [TUN_PPP] = { .way = BY_TUN, .link_type = ARPHRD_PPP, .send_on = "tun7", .capture_on = "tun7", .direction = IN },
    [TUN_SIT] = { .way = BY_TUN, .link_type = ARPHRD_SIT, .send_on = "tun7", .capture_on = "tun7", .direction = IN },
    [TUN_GRE] = { .way = BY_TUN, .link_type = ARPHRD_IPGRE, .send_on = "tun7", .capture_on = "tun7",
                  .direction = IN },
    [TAP] = { .way = BY_TAP, .send_on = "tap7", .capture_on = "tap7", .receiver = 0x12, .direction = IN },
    [FORWARD_IN] = { .set_up = ROUTER, .send_on = "va", .capture_on = "vb", .receiver = 0x0b, .direction = IN },
    [FORWARD_OUT] = { .set_up = ROUTER, .send_on = "va", .capture_on = "vc", .receiver = 0x0b, .direction = OUT,
                      .hops = 1, .hides_other_hosts = true },
};

enum { STREAMS = 8 };
static int device = -1;                 /* a tun or tap device lives as long as this is open */

void stage_run(const char *commands)
{
    char script[4096];
    int n = snprintf(script, sizeof script,
                     "give() { for s in accept_dad=0 router_solicitations=0 addr_gen_mode=1 "
                     "mldv2_unsolicited_report_interval=1; do echo ${s#*=} >/proc/sys/net/ipv6/conf/$1/${s%%=*}; "
                     "done; ip addr add 10.9.8.1/24 dev $1; ip addr add fd09:8::1/64 dev $1 nodad; }\n"
                     "quiet() { echo 1 >/proc/sys/net/ipv6/conf/$1/disable_ipv6; }\n"
                     "add() { ip link add \"$@\" || exit 77; }\nset -e\n%s", commands);
    CHECK(n > 0 && (size_t)n < sizeof script);
    int status = system(script);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        SKIP("the equality rig cannot make this device with this kernel: %s", commands);
    if (status != 0) {
        fprintf(stderr, "failed: %s\n", commands);
        exit(1);
    }
}

void stage_mac(const struct stage *stage, uint8_t mac[6])
{
    memcpy(mac, (const uint8_t[6]){ 2, 0, 0, 0, 0, stage->receiver }, 6);
    if (stage->copies)
        memset(mac, 0, 6);
}

static void open_device(const struct stage *stage)
{
    struct ifreq r = { .ifr_flags = stage->way == BY_TUN ? IFF_TUN | IFF_NO_PI : IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };
    char commands[256];
    device = open("/dev/net/tun", O_RDWR);
    if (device < 0)
        SKIP("/dev/net/tun: %s", strerror(errno));
    strcpy(r.ifr_name, stage->send_on);
    if (ioctl(device, TUNSETIFF, &r))
        SKIP("/dev/net/tun: %s", strerror(errno));
    if (stage->link_type)
        CHECK_INT(ioctl(device, TUNSETLINK, stage->link_type), 0);
    snprintf(commands, sizeof commands, "ip link set %s mtu 65521; give %s; %s ip link set %s up", stage->send_on,
             stage->send_on, stage->way == BY_TAP ? "ip link set tap7 address 02:00:00:00:00:12;" : "", stage->send_on);
    stage_run(commands);
}

void stage_open(const struct stage *stage)
{
    if (stage->way == BY_TUN || stage->way == BY_TAP)
        open_device(stage);
    if (stage->set_up)
        stage_run(stage->set_up);
}

void stage_close(void)
{
    if (device >= 0)
        close(device);
    device = -1;
}

void stage_run_on_cpu(int cpu)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((unsigned)cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
}

static int packet_socket(const char *name)
{
    struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(name) };
    int fd = socket(AF_PACKET, SOCK_RAW, 0), size = 4 << 20, yes = 1;
    if (fd < 0)
        SKIP("no packet sockets here: %s", strerror(errno));
    CHECK_INT(setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof yes), 0);
    CHECK_INT(bind(fd, (struct sockaddr *)&to, sizeof to), 0);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    return fd;
}

/* What the device is told about a step: nothing, or where to cut it and which checksum is left to it. */
static struct virtio_net_hdr told(const struct step *step)
{
    if (!step->segment_size)
        return (struct virtio_net_hdr){ .flags = 0 };
    uint16_t header = step->version == 4 ? 20 : 40, start = (uint16_t)(step->datagram_at + header);
    bool tcp = step->is_super_tcp;
    return (struct virtio_net_hdr){
        .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
        .gso_type = !tcp ? VIRTIO_NET_HDR_GSO_UDP : step->version == 4 ? VIRTIO_NET_HDR_GSO_TCPV4
                                                                       : VIRTIO_NET_HDR_GSO_TCPV6,
        .gso_size = step->segment_size,
        .csum_start = start,
        .csum_offset = tcp ? 16 : 6,
        .hdr_len = (uint16_t)(start + (tcp ? 20 : 8)),
    };
}

/* UDP port 4789 of vb's address from one that nobody has; what is inside comes out of vx. */
static size_t vxlan_headers(struct script *scratch, const struct step *step)
{
    static const uint8_t to_vb[4] = { 10, 9, 0, 2 };
    script_begin(scratch, (const uint8_t[6]){ 2, 0, 0, 0, 0, 0x0b });
    ethernet(scratch, TYPE_IPV4);
    IPV4(scratch, .protocol = UDP, .payload = 16 + step->frame_length, .destination = to_vb);
    put16(scratch, 40000);
    put16(scratch, 4789);
    put16(scratch, (unsigned)(16 + step->frame_length));
    put16(scratch, 0);
    put(scratch, &(uint8_t[8]){ 8, 0, 0, 0, 0, 0, 7, 0 }, 8);
    return scratch->length;
}

static void send_step(const struct stage *stage, int fd, const struct step *step, struct script *scratch)
{
    struct virtio_net_hdr what = told(step);
    size_t skip = stage->way == BY_TUN ? step->datagram_at : 0;
    struct iovec parts[3] = { { .iov_base = &what, .iov_len = stage->way == BY_TUN ? 0 : sizeof what },
                              { .iov_base = scratch->bytes,
                                .iov_len = stage->way == BY_VXLAN ? vxlan_headers(scratch, step) : 0 },
                              { .iov_base = step->frame + skip, .iov_len = step->frame_length - skip } };
    ssize_t whole = (ssize_t)(parts[0].iov_len + parts[1].iov_len + parts[2].iov_len), n;
    do
        n = writev(fd, parts, 3);
    while (n < 0 && (errno == ENOBUFS || errno == EAGAIN));
    if (n != whole)
        fprintf(stderr, "%s: %s\n", step->name, strerror(errno));
    CHECK_INT(n, whole);
}

struct sender {
    const struct stage *stage;
    const struct script *script;
    size_t first, end;
    int stream;
    pthread_t thread;
};

static void *send_stream(void *argument)
{
    const struct sender *s = argument;
    struct script *scratch = malloc(sizeof *scratch);
    CHECK(scratch);
    stage_run_on_cpu(s->stream % (int)sysconf(_SC_NPROCESSORS_ONLN));
    int fds[2] = { device >= 0 ? device : packet_socket(s->stage->send_on),
                   s->stage->reply_on ? packet_socket(s->stage->reply_on) : -1 };
    for (size_t i = s->first; i < s->end; i++)
        if (s->script->steps[i].stream == s->stream)
            send_step(s->stage, fds[s->script->steps[i].reply], &s->script->steps[i], scratch);
    for (int i = 0; i < 2; i++)
        if (fds[i] >= 0 && fds[i] != device)
            close(fds[i]);
    free(scratch);
    return NULL;
}

void stage_send(const struct stage *stage, const struct script *script, size_t first, size_t end)
{
    struct sender senders[STREAMS];
    int streams = 1;
    for (size_t i = first; i < end; i++)
        streams = script->steps[i].stream >= streams ? script->steps[i].stream + 1 : streams;
    CHECK(streams <= STREAMS);
    for (int i = 0; i < streams; i++) {
        senders[i] = (struct sender){ .stage = stage, .script = script, .first = first, .end = end, .stream = i };
        CHECK_INT(pthread_create(&senders[i].thread, NULL, send_stream, &senders[i]), 0);
    }
    for (int i = 0; i < streams; i++)
        CHECK_INT(pthread_join(senders[i].thread, NULL), 0);
}

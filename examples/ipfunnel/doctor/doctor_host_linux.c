#define _GNU_SOURCE
#include "doctor_host.h"
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

static const char topic[] = "system";

void host_describe(struct host_system *s)
{
    struct utsname u;

    *s = (struct host_system){ .name = "Linux" };
    if (uname(&u) < 0)
        return;
    snprintf(s->version, sizeof s->version, "%.90s", u.release);
    snprintf(s->machine, sizeof s->machine, "%.30s", u.machine);
}

void host_up_remedy(struct finding *one, const char *interface_name)
{
    finding_remedy(one, "bring it up: sudo ip link set dev %s up", interface_name);
}

static const struct {
    uint32_t command;
    const char *name;           /* as ethtool -K has it */
    const char *words;
} offloads[] = {
    { .command = ETHTOOL_GTSO, .name = "tso", .words = "TCP segmentation" },
    { .command = ETHTOOL_GGSO, .name = "gso", .words = "generic segmentation" },
    { .command = ETHTOOL_GGRO, .name = "gro", .words = "receive coalescing" },
};

/* Offloads that are on, as words and as the arguments that switch them off. Returns how many. */
static int offloads_on(const char *interface_name, char *words, char *arguments, size_t size)
{
    size_t used[2] = { 0, 0 };
    int on = 0, fd = socket(AF_INET, SOCK_DGRAM, 0);

    words[0] = arguments[0] = 0;
    for (size_t i = 0; fd >= 0 && i < sizeof offloads / sizeof offloads[0]; i++) {
        struct ethtool_value value = { .cmd = offloads[i].command, .data = 0 };
        struct ifreq request = { .ifr_name = "" };
        snprintf(request.ifr_name, sizeof request.ifr_name, "%.15s", interface_name);
        request.ifr_data = (char *)&value;
        if (ioctl(fd, SIOCETHTOOL, &request) < 0 || !value.data)
            continue;
        used[0] += (size_t)snprintf(words + used[0], size - used[0], "%s%s", on ? ", " : "", offloads[i].words);
        used[1] += (size_t)snprintf(arguments + used[1], size - used[1], " %s off", offloads[i].name);
        on++;
    }
    if (fd >= 0)
        close(fd);
    return on;
}

static void look_at_offloads(struct findings *f, const ipfunnel_interface *interface)
{
    char words[128], arguments[128];

    if (!offloads_on(interface->name, words, arguments, sizeof words)) {
        finding_add(f, topic, "offloads", FINDING_OK, "%s has no segmentation offload switched on: datagrams are as "
                    "long as on the wire", interface->name);
        return;
    }
    finding_remedy(finding_add(f, topic, "offloads", FINDING_NOTE, "%s has offloads switched on (%s): super-datagrams "
                               "of up to 64 KiB and unfilled checksums stand where the wire carries smaller ones",
                               interface->name, words),
                   "they are flagged; with --on-wire (af_packet) they come as on the wire; to have none: "
                   "sudo ethtool -K %s%s", interface->name, arguments);
}

/* "Where a process is" as the kernel names it; "" where it may not be asked. */
static void read_namespace(const char *path, char *out, size_t size)
{
    ssize_t n = readlink(path, out, size - 1);
    out[n > 0 ? n : 0] = 0;
}

/* A user namespace that is not the first maps less than all numbers. */
static bool in_user_namespace(void)
{
    unsigned long inside = 1, outside = 1, count = 0;
    FILE *file = fopen("/proc/self/uid_map", "r");
    int fields = file ? fscanf(file, "%lu %lu %lu", &inside, &outside, &count) : 0;

    if (file)
        fclose(file);
    return fields == 3 && !(inside == 0 && outside == 0 && count == 4294967295UL);
}

static void look_at_namespaces(struct findings *f)
{
    char own[64], first[64];
    const char *remedy = "capture outside of it to see the host's interfaces";

    read_namespace("/proc/self/ns/net", own, sizeof own);
    read_namespace("/proc/1/ns/net", first, sizeof first);
    if (own[0] && first[0] && strcmp(own, first) != 0)
        finding_remedy(finding_add(f, topic, "namespace", FINDING_NOTE, "this process is in a network namespace of its "
                                   "own: only the interfaces of that namespace are here"), "%s", remedy);
    if (in_user_namespace())
        finding_remedy(finding_add(f, topic, "user_namespace", FINDING_NOTE, "this process is in a user namespace: it "
                                   "may capture only in network namespaces that belong to it"), "%s", remedy);
    if (access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0)
        finding_remedy(finding_add(f, topic, "container", FINDING_NOTE, "this is a container: unless it shares the "
                                   "host's network it has interfaces of its own, and capturing needs CAP_NET_RAW"),
                       "start it with the network of the host and --cap-add NET_RAW to capture the host's traffic");
}

void host_findings(struct findings *f, const ipfunnel_interface *interface, bool rcvall)
{
    (void)rcvall;
    if (interface)
        look_at_offloads(f, interface);
    look_at_namespaces(f);
}

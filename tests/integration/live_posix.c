/* live_posix.c - see live_posix.h. */
#define _GNU_SOURCE
#include "live_posix.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/capability.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char MARK[] = "ipfu";

const char *live_backend = "af_packet";

ipfunnel *open_live(ipfunnel_options options, const char *interface_name, ipfunnel_mode start)
{
    ipfunnel *capture = NULL;
    ipfunnel_error error;
    options.size = sizeof options;
    options.backend = live_backend;
    options.interface_name = interface_name;
    options.start = (uint32_t)start;
    const char *latency_us = getenv("LIVE_LATENCY_US");
    if (latency_us && !options.latency_us)
        options.latency_us = (uint32_t)atoi(latency_us);
    if (ipfunnel_open(&capture, &options, &error) == IPFUNNEL_OK)
        return capture;
    if (error.status == IPFUNNEL_EACCES || error.status == IPFUNNEL_EUNAVAILABLE)
        SKIP("%s", error.text);
    fprintf(stderr, "%s: %s\n%s\n", interface_name, error.text, error.remedy);
    exit(1);
}

int open_error(ipfunnel_options options, ipfunnel_error *error)
{
    ipfunnel *capture = NULL;
    options.size = sizeof options;
    options.backend = live_backend;
    int status = ipfunnel_open(&capture, &options, error);
    CHECK_INT(status, error->status);
    CHECK(status < 0 && !capture);
    printf("  %s: %s (%s)\n", ipfunnel_status_text(status), error->text, error->remedy);
    return status;
}

void without_capabilities(void (*test)(void))
{
    pid_t child = fork();
    CHECK(child >= 0);
    if (child > 0) {
        int status;
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        return;
    }
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct none[2] = { { .effective = 0 } };
    CHECK(syscall(SYS_capset, &header, none) == 0);
    test();
    exit(0);
}

/* The kernel says so some time after both ends are up. */
static void wait_until_running(const char *interface_name)
{
    const struct timespec pause = { .tv_nsec = 10000000 };
    struct ifreq request = { .ifr_flags = 0 };
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", interface_name);
    for (int tries = 0; !(request.ifr_flags & IFF_RUNNING); tries++) {
        CHECK(tries < 1000);
        CHECK_INT(ioctl(fd, SIOCGIFFLAGS, &request), 0);
        nanosleep(&pause, NULL);
    }
    close(fd);
}

void a_fresh_pair(void)
{
    run("ip link add vc type veth peer name vd && ip link set vc up && ip link set vd up");
    run("echo 1 >/proc/sys/net/ipv6/conf/vc/disable_ipv6; echo 1 >/proc/sys/net/ipv6/conf/vd/disable_ipv6");
    wait_until_running("vc");
    wait_until_running("vd");
}

int sender_on(const char *interface_name)
{
    struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(interface_name) };
    int sender = socket(AF_PACKET, SOCK_RAW, 0);
    if (sender < 0)
        SKIP("no packet sockets here: %s", strerror(errno));
    CHECK(bind(sender, (const struct sockaddr *)&address, sizeof address) == 0);
    return sender;
}

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

static uint16_t header_checksum(const uint8_t *header)
{
    uint32_t sum = 0;
    for (int i = 0; i < 20; i += 2)
        sum += (uint32_t)(header[i] << 8 | header[i + 1]);
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~((sum & 0xffff) + (sum >> 16));
}

int send_number(int sender, uint8_t destination_mac, uint32_t number, uint32_t size)
{
    static uint8_t frame[14 + 65535] = {
        0x02, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0x0c, 0x08, 0x00,
        0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 10, 9, 0, 3, 10, 9, 0, 4,
        0x0f, 0xa0, 0x13, 0x88,
    };
    uint8_t *ip = frame + 14;
    CHECK(size >= SMALLEST && size <= 65535);
    frame[5] = destination_mac;
    put16(ip + 2, size);
    put16(ip + 4, number & 0xffff);
    put16(ip + 10, 0);
    put16(ip + 10, header_checksum(ip));
    put16(ip + 24, size - 20);
    memcpy(ip + 28, MARK, 4);
    put32(ip + 32, number);
    return send(sender, frame, 14 + (size_t)size, 0) == 14 + (ssize_t)size ? 0 : errno;
}

uint32_t number_of(const ipfunnel_datagram *datagram)
{
    const uint8_t *b = datagram->bytes;
    if (datagram->version != 4 || datagram->length < 36 || memcmp(b + 28, MARK, 4) != 0)
        return UINT32_MAX;
    return (uint32_t)b[32] << 24 | (uint32_t)b[33] << 16 | (uint32_t)b[34] << 8 | b[35];
}

void send_numbers(int sender, uint8_t destination_mac, uint32_t first, uint32_t last)
{
    for (uint32_t number = first; number <= last; number++)
        CHECK_INT(send_number(sender, destination_mac, number, SMALLEST), 0);
}

int expect_numbers(ipfunnel *capture, uint32_t *next, int wait_ms)
{
    const ipfunnel_datagram *datagrams[64];
    int count;
    while ((count = ipfunnel_recv(capture, datagrams, 64, wait_ms)) > 0)
        for (int i = 0; i < count; i++)
            if (number_of(datagrams[i]) != UINT32_MAX) {
                CHECK_INT(number_of(datagrams[i]), *next);
                ++*next;
            }
    return count;
}

void run(const char *command)
{
    if (system(command) != 0) {
        fprintf(stderr, "failed: %s\n", command);
        exit(1);
    }
}

ipfunnel_statistics stats_of(ipfunnel *capture)
{
    ipfunnel_statistics statistics = IPFUNNEL_STATISTICS_INIT;
    CHECK_INT(ipfunnel_stats(capture, &statistics), 0);
    return statistics;
}

/* Writes the same datagrams, with every fact once, into the current folder: sample.pcapng with two interfaces,
 * sample-one.pcapng with one, sample-ns.pcap and sample-us.pcap. writer_tools.sh compares what other programs read. */
#include "check.h"
#include <ipfunnel_file.h>

static uint8_t udp4[] = { 0x45, 0, 0, 32, 0, 1, 0, 0, 64, 17, 0x66, 0xc9, 10, 0, 0, 1, 10, 0, 0, 2,
                          0x0f, 0xa0, 0, 53, 0, 12, 0, 0, 'a', 'b', 'c', 'd' };
static uint8_t udp6[] = { 0x60, 0, 0, 0, 0, 9, 17, 64, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
                          0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x0f, 0xa0, 0x0f, 0xa1, 0, 9, 0, 1, 'x' };
static uint8_t large[300000];

static const ipfunnel_datagram datagrams[] = {
    { .bytes = udp4, .length = 32, .original_length = 32, .version = 4, .time_ns = INT64_C(1700000000123456789),
      .direction = IPFUNNEL_DIRECTION_IN, .direction_source = IPFUNNEL_SAYS_KERNEL,
      .checksum = IPFUNNEL_CHECKSUM_VALID },
    { .bytes = udp6, .length = 49, .original_length = 49, .version = 6, .time_ns = INT64_C(1700000001000000000),
      .direction = IPFUNNEL_DIRECTION_OUT, .direction_source = IPFUNNEL_SAYS_ADDRESSES,
      .checksum = IPFUNNEL_CHECKSUM_NOT_READY, .dropped_before = 17 },
    { .bytes = udp4, .length = 28, .original_length = 32, .version = 4, .time_ns = 0, .flags = IPFUNNEL_SNAPPED },
    { .bytes = udp4, .length = 30, .original_length = 32, .version = 4, .time_ns = IPFUNNEL_TIME_UNKNOWN,
      .flags = IPFUNNEL_SHORT, .vlan = { 0x2007, 12 }, .vlan_count = 2 },
    { .bytes = large, .length = 262144, .original_length = 262144, .version = 4, .time_ns = 1,
      .flags = IPFUNNEL_LENGTH_ASSUMED | IPFUNNEL_SEGMENTATION, .segment_size = 1448 },
    { .bytes = large, .length = 300000, .original_length = 300000, .version = 4, .time_ns = -1,
      .flags = IPFUNNEL_LENGTH_ASSUMED, .dropped_before = IPFUNNEL_DROPS_UNKNOWN },
    { .bytes = udp6, .length = 49, .original_length = 49, .version = 6, .time_ns = INT64_C(4102444800000000001) },
};

static const ipfunnel_address addresses[] = {
    { .version = 4, .prefix_length = 24, .bytes = { 10, 0, 0, 1 } },
    { .version = 6, .prefix_length = 64, .bytes = { 0xfd, [15] = 1 } },
};
static const uint8_t mac[] = { 2, 0, 0, 0, 0, 1 };

static void add_interfaces(ipfunnel_writer *w, int count)
{
    ipfunnel_writer_interface eth0 = IPFUNNEL_WRITER_INTERFACE_INIT, wg0 = IPFUNNEL_WRITER_INTERFACE_INIT;
    eth0.name = "eth0";
    eth0.description = "wired";
    eth0.addresses = addresses;
    eth0.address_count = 2;
    eth0.hardware_address = mac;
    eth0.hardware_address_length = 6;
    eth0.filter = "udp port 53";
    eth0.os = "Sample OS";
    CHECK_INT(ipfunnel_writer_add_interface(w, &eth0), 0);
    wg0.name = "wg0";
    wg0.os = "";
    if (count > 1)
        CHECK_INT(ipfunnel_writer_add_interface(w, &wg0), 1);
}

static void write_sample(const char *path, uint32_t format, int interface_count)
{
    ipfunnel_writer_options o = IPFUNNEL_WRITER_OPTIONS_INIT;
    ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
    ipfunnel_writer *w = NULL;
    ipfunnel_error error;
    o.path = path;
    o.format = format;
    o.application = "sample 1";
    o.comment = "a sample";
    CHECK_INT(ipfunnel_writer_open(&w, &o, &error), 0);
    add_interfaces(w, interface_count);
    for (size_t i = 0; i < sizeof datagrams / sizeof *datagrams; i++) {
        const ipfunnel_datagram *one = &datagrams[i];
        CHECK_INT(ipfunnel_writer_write(w, (int)i % interface_count, &one, 1), 0);
    }
    s.available = (UINT64_C(1) << IPFUNNEL_COUNTER_COUNT) - 1;
    s.frames = 30;
    s.dropped = 3;
    s.carrying_ip = s.delivered = 25;
    s.not_ip = 5;
    CHECK_INT(ipfunnel_writer_statistics(w, 0, &s, INT64_C(1700000000000000000), INT64_C(1700000009000000000)), 0);
    s.available = UINT64_C(1) << IPFUNNEL_COUNTER_delivered | UINT64_C(1) << IPFUNNEL_COUNTER_dropped;
    s.dropped = 0;
    if (interface_count > 1)
        CHECK_INT(ipfunnel_writer_statistics(w, 1, &s, IPFUNNEL_TIME_UNKNOWN, INT64_C(1700000009000000000)), 0);
    CHECK_INT(ipfunnel_writer_close(w, &error), 0);
}

int main(void)
{
    memcpy(large, udp4, 20);
    large[3] = 0;                                         /* total length 0, as BIG TCP and offloading leave it */
    large[11] = 0xe9;
    write_sample("sample.pcapng", IPFUNNEL_FILE_PCAPNG, 2);
    write_sample("sample-one.pcapng", IPFUNNEL_FILE_PCAPNG, 1);
    write_sample("sample-ns.pcap", IPFUNNEL_FILE_PCAP_NS, 2);
    write_sample("sample-us.pcap", IPFUNNEL_FILE_PCAP_US, 2);
    return 0;
}

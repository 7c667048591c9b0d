/* in_place_linux.c - datagrams lie where the system wrote them: in the ring, or in the one buffer that a file is read
 * into; receiving them allocates nothing, and of a file no more is moved than the record that a read cut in two.
 *   in_place savefile | in_place af_packet
 * The linker puts the functions below in front of those of the C library (--wrap). */
#define _GNU_SOURCE
#include "check.h"
#include <arpa/inet.h>
#include <ipfunnel_file.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

struct area {
    const uint8_t *start;
    size_t size;
};

static struct area largest_block, map;
static unsigned long allocations, reads, moves;
static size_t largest_move;

static void *noted(void *block, size_t size)
{
    allocations++;
    if (block && size > largest_block.size)
        largest_block = (struct area){ .start = block, .size = size };
    return block;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset);
void *__real_memmove(void *to, const void *from, size_t size);
ssize_t __real_read(int fd, void *out, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset);
void *__wrap_memmove(void *to, const void *from, size_t size);
ssize_t __wrap_read(int fd, void *out, size_t size);

void *__wrap_malloc(size_t size) { return noted(__real_malloc(size), size); }
void *__wrap_calloc(size_t count, size_t size) { return noted(__real_calloc(count, size), count * size); }
void *__wrap_realloc(void *old, size_t size) { return noted(__real_realloc(old, size), size); }

void *__wrap_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
    void *made = __real_mmap(at, size, protection, flags, fd, offset);
    map = (struct area){ .start = made, .size = size };
    return made;
}

void *__wrap_memmove(void *to, const void *from, size_t size)
{
    moves++;
    if (size > largest_move)
        largest_move = size;
    return __real_memmove(to, from, size);
}

ssize_t __wrap_read(int fd, void *out, size_t size)
{
    reads++;
    return __real_read(fd, out, size);
}

static bool lies_in(const struct area *area, const ipfunnel_datagram *d)
{
    return d->bytes >= area->start && d->bytes + d->length <= area->start + area->size;
}

enum { DATAGRAMS = 20000, LEAST = 28, MOST = 1500, RECORD = 100 };

/* The datagram number i, as IPv4 and UDP. */
static uint32_t make(uint8_t *out, uint32_t i)
{
    static const uint8_t header[28] = { 0x45, [8] = 64, 17, [12] = 127, 0, 0, 1, 127, 0, 0, 1, 0x0f, 0xa0, 0x0f, 0xa1 };
    uint32_t length = LEAST + i * 37 % (MOST - LEAST);
    memset(out, 0, length);
    memcpy(out, header, sizeof header);
    out[2] = (uint8_t)(length >> 8);
    out[3] = (uint8_t)length;
    out[24] = (uint8_t)((length - 20) >> 8);
    out[25] = (uint8_t)(length - 20);
    return length;
}

static void write_file(const char *path, uint32_t format)
{
    ipfunnel_writer_options options = IPFUNNEL_WRITER_OPTIONS_INIT;
    ipfunnel_writer_interface interface = IPFUNNEL_WRITER_INTERFACE_INIT;
    ipfunnel_writer *writer;
    uint8_t bytes[MOST];
    options.path = path;
    options.format = format;
    CHECK_INT(ipfunnel_writer_open(&writer, &options, NULL), 0);
    CHECK_INT(ipfunnel_writer_add_interface(writer, &interface), 0);
    for (uint32_t i = 0; i < DATAGRAMS; i++) {
        uint32_t length = make(bytes, i);
        ipfunnel_datagram d = { .bytes = bytes, .length = length, .original_length = length, .time_ns = i, .version = 4,
                                .interface_name = "" };
        const ipfunnel_datagram *one = &d;
        CHECK_INT(ipfunnel_writer_write(writer, 0, &one, 1), 0);
    }
    CHECK_INT(ipfunnel_writer_close(writer, NULL), 0);
}

static void a_file_of(uint32_t format)
{
    static const char path[] = "in_place.capture";
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    ipfunnel *capture;
    const ipfunnel_datagram *d[128];
    uint32_t seen = 0;
    int n;
    write_file(path, format);
    options.file = path;
    options.backend = "savefile";
    options.start = IPFUNNEL_MODE_ON;
    largest_block.size = 0;
    CHECK_INT(ipfunnel_open(&capture, &options, NULL), 0);
    CHECK(largest_block.size >= 16 << 20);
    allocations = reads = moves = largest_move = 0;
    while ((n = ipfunnel_recv(capture, d, 128, -1)) > 0)
        for (int i = 0; i < n; i++, seen++)
            CHECK(lies_in(&largest_block, d[i]));
    CHECK_INT(n, IPFUNNEL_END);
    CHECK_INT(seen, DATAGRAMS);
    CHECK_INT(allocations, 0);
    CHECK(reads > 10);
    CHECK(moves <= reads && largest_move < MOST + RECORD);
    ipfunnel_close(capture);
    unlink(path);
}

static void a_pcap_file(void) { a_file_of(IPFUNNEL_FILE_PCAP_NS); }
static void a_pcapng_file(void) { a_file_of(IPFUNNEL_FILE_PCAPNG); }

static void send_one(int socket, uint32_t i)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(4001),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    uint8_t bytes[MOST];
    uint32_t length = make(bytes, i) - 28;
    CHECK_INT(sendto(socket, bytes, length, 0, (struct sockaddr *)&to, sizeof to), length);
}

static void a_ring(void)
{
    enum { SENT = 2000, AT_ONCE = 50 };
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error error;
    ipfunnel *capture;
    const ipfunnel_datagram *d[128];
    uint32_t seen = 0;
    int out = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(out >= 0);
    options.interface_name = "lo";
    options.backend = "af_packet";
    options.filter = "udp dst port 4001";
    options.start = IPFUNNEL_MODE_ON;
    if (ipfunnel_open(&capture, &options, &error) != 0)
        SKIP("af_packet: %s", error.text);
    CHECK(map.size >= 16 << 20);
    allocations = moves = 0;
    for (uint32_t sent = 0; sent < SENT;) {
        for (int i = 0; i < AT_ONCE; i++)
            send_one(out, sent++);
        while (seen < sent) {
            int n = ipfunnel_recv(capture, d, 128, 5000);
            CHECK(n > 0);
            for (int i = 0; i < n; i++, seen++)
                CHECK(lies_in(&map, d[i]));
        }
    }
    CHECK_INT(allocations, 0);
    CHECK_INT(moves, 0);
    ipfunnel_close(capture);
    close(out);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    if (strcmp(argv[1], "savefile") == 0) {
        RUN(a_pcap_file);
        RUN(a_pcapng_file);
    } else {
        RUN(a_ring);
    }
    return 0;
}

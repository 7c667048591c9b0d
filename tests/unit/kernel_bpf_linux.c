/* kernel_bpf_linux.c - the Linux that runs the tests takes every program that is made for it, and says of random frames
 * what kernel_bpf.h says, on which the tests of those programs rely. The programs are attached to one of a pair of
 * sockets: each frame is sent to it, and comes or does not.   kernel_bpf PAIRS SEED FILE... */
#define _GNU_SOURCE
#include "check.h"
#include "random_frames.h"
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PER_EXPRESSION = 100, ACCEPTED = 77777 };

/* False when there is no room for it (net.core.optmem_max). */
static bool attach(int fd, struct ipfunnel__instruction *code, uint32_t length)
{
    struct { unsigned short length; void *code; } program = { (unsigned short)length, code };
    if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0)
        return true;
    CHECK_INT(errno, ENOMEM);
    return false;
}

/* Bytes that come through. */
static ssize_t pass(const int fds[2], const struct kernel_frame *f)
{
    static uint8_t buffer[RANDOM_FRAME_ROOM];
    CHECK_INT(send(fds[0], f->bytes, f->length, 0), f->length);
    ssize_t n = recv(fds[1], buffer, sizeof buffer, MSG_DONTWAIT);
    CHECK(n >= 0 || errno == EAGAIN);
    return n < 0 ? 0 : n;
}

int main(int argc, char **argv)
{
    static const ipfunnel_address network = { .version = 4, .prefix_length = 24, .bytes = { 10, 0, 0, 1 } };
    static struct ipfunnel__instruction program[IPFUNNEL__KERNEL_MOST];
    static struct random_frame m;
    int fds[2];
    CHECK(argc > 3);
    uint64_t pairs = strtoull(argv[1], NULL, 10), done = 0, passed = 0, programs = 0;
    random_begin(strtoull(argv[2], NULL, 0));
    random_frames_from(argv + 3, argc - 3);
    CHECK_INT(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds), 0);
    while (done < pairs) {
        struct random_text text = { .used = 0 };
        ipfunnel_filter *filter = NULL;
        ipfunnel_error error;
        random_expression(&text, 3);
        if (ipfunnel__filter_make(&filter, text.bytes, &network, &error))
            continue;
        const struct ipfunnel__kernel_view view = {
            .link_type = chance(50) ? IPFUNNEL__LINK_ETHERNET : IPFUNNEL__LINK_RAW,
            .tells_direction = true,
            .interface_index = RANDOM_INTERFACE,
            .on_wire = chance(30),
        };
        uint32_t length = 1;
        program[0] = (struct ipfunnel__instruction){ .code = BPF_RET | BPF_K, .k = ACCEPTED };
        ipfunnel__filter_preselect(filter, &view, program, &length);
        bool attached = attach(fds[1], program, length);
        for (int i = 0; attached && i < PER_EXPRESSION; i++) {
            random_frame(&m, &view);
            if (m.seen.length == 0)
                continue;
            m.seen.packet_type = m.seen.protocol = 0;             /* what these sockets have */
            uint32_t kept = kernel_run(program, &m.seen);
            ssize_t came = pass(fds, &m.seen);
            if ((kept != 0) != (came != 0))
                fprintf(stderr, "%s: Linux keeps %zd of %u bytes, %u were expected\n", text.bytes, came,
                        m.seen.length, kept);
            CHECK_INT(came, kept ? m.seen.length : 0);
            done++;
            passed += kept != 0;
        }
        programs += attached;
        ipfunnel_filter_free(filter);
    }
    printf("%llu programs, %llu frames, %llu of them accepted, 0 differences\n", (unsigned long long)programs,
           (unsigned long long)done, (unsigned long long)passed);
    CHECK(passed > done / 10 && passed < done - done / 10);
    close(fds[0]);
    close(fds[1]);
    return 0;
}

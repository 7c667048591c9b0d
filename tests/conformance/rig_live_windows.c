/* The backends that capture on Windows, on vb, under Wine: sio_rcvall with raw_socket_shim_linux.c in the place of the
 * raw sockets, pcap with Wine's own wpcap.dll. A program of Windows cannot send frames: frame_sender_linux.c beside it
 * does, told through two pipes. Runs in the network of tests/integration/wine_network.sh, where all else is quiet. */
#include "rig.h"
#include "check.h"
#include <windows.h>

static HANDLE orders = INVALID_HANDLE_VALUE, answers = INVALID_HANDLE_VALUE;

static HANDLE open_pipe(const char *variable, DWORD access)
{
    const char *path = getenv(variable);
    if (!path)
        SKIP("needs a network with a frame sender: run it through tests/integration/wine_network.sh");
    HANDLE pipe = CreateFileA(path, access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    if (pipe == INVALID_HANDLE_VALUE)
        SKIP("%s: Windows error %lu", path, GetLastError());
    return pipe;
}

static void set_up(void)
{
    orders = open_pipe("FRAME_SENDER_ORDERS", GENERIC_WRITE);
    answers = open_pipe("FRAME_SENDER_ANSWERS", GENERIC_READ);
}

static void sio_rcvall_options(ipfunnel_options *options)
{
    options->backend = "sio_rcvall";
    options->interface_name = "vb";
}

static void sio_rcvall_loopback(ipfunnel_options *options)
{
    options->backend = "sio_rcvall";
    options->interface_name = "lo";
}

/* The ring under Wine's library is Linux', where 256 KiB are taken by whatever came within the latency, however little;
 * and frames are sent slowly here. */
enum { RING_BYTES = 128 << 20 };

static void pcap_options(ipfunnel_options *options)
{
    options->backend = "pcap";
    options->interface_name = "vb";
    options->ring_bytes = RING_BYTES;
}

static void pcap_loopback(ipfunnel_options *options)
{
    options->backend = "pcap";
    options->interface_name = "lo";
    options->ring_bytes = RING_BYTES;
}

/* A number of its own goes with each frame and comes back when it has passed; what comes back of a test that ended too
 * early is passed over. */
static void send_frame(ipfunnel *const captures[], int count, const struct rig_frame *frame)
{
    (void)captures;
    (void)count;
    static uint32_t number;
    struct {
        uint32_t number;
        uint16_t length;
        char device, unused;
        uint8_t frame[2048];
    } order = { .length = (uint16_t)frame->length };
    uint32_t answer = 0;
    DWORD done = 0;
    CHECK(frame->length <= sizeof order.frame);
    number = number ? number + 1 : GetCurrentProcessId() << 20 | 1;
    order.number = number;
    order.device = frame->side == RIG_LOOPBACK ? 'l' : frame->side == RIG_OUT ? 'b' : 'a';
    memcpy(order.frame, frame->bytes, frame->length);
    CHECK(WriteFile(orders, &order, (DWORD)(sizeof order - sizeof order.frame) + frame->length, &done, NULL));
    do
        CHECK(ReadFile(answers, &answer, sizeof answer, &done, NULL) && done == sizeof answer);
    while (answer != number);
}

static void clean_up(void)
{
    CloseHandle(orders);
    CloseHandle(answers);
}

#define SIDES (1u << RIG_IN | 1u << RIG_BROADCAST | 1u << RIG_OTHER_HOST | 1u << RIG_OUT | 1u << RIG_LOOPBACK)

const struct rig rig_sio_rcvall = {
    .name = "sio_rcvall",
    .sides = SIDES,
    .abilities = RIG_LIVE | RIG_THREADED | RIG_INTERFACE | RIG_BATCHES | RIG_ANNOUNCES,
    .station = { 0x02, 0, 0, 0, 0, 0x0b },
    .peer = { 0x02, 0, 0, 0, 0, 0x0a },
    .own_addresses = { "10.9.0.2", "fd09::2" },
    .set_up = set_up,
    .options = sio_rcvall_options,
    .loopback_options = sio_rcvall_loopback,
    .send = send_frame,
    .clean_up = clean_up,
};

const struct rig rig_pcap = {
    .name = "pcap",
    .sides = SIDES,
    .abilities = RIG_LIVE | RIG_THREADED | RIG_INTERFACE | RIG_SHOWS_LINK | RIG_ONE_QUEUE,
    .station = { 0x02, 0, 0, 0, 0, 0x0b },
    .peer = { 0x02, 0, 0, 0, 0, 0x0a },
    .own_addresses = { "10.9.0.2", "fd09::2" },
    .set_up = set_up,
    .options = pcap_options,
    .loopback_options = pcap_loopback,
    .send = send_frame,
    .clean_up = clean_up,
};

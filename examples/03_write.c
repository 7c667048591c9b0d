/* 03_write.c - writes what an interface carries to a pcapng file until ^C, and says when the interface goes down or up.
 *   03_write INTERFACE FILE.pcapng */
#include <ipfunnel_file.h>
#include <signal.h>
#include <stdio.h>

static ipfunnel *volatile running;                 /* what the signal handler ends; NULL: nothing */

static void stop(int number)
{
    (void)number;
    if (running)
        ipfunnel_interrupt(running);
}

static int failed(const ipfunnel_error *e)
{
    fprintf(stderr, "%s\n%s\n", e->text, e->remedy);
    return 1;
}

static void print_event(ipfunnel *h)
{
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    while (ipfunnel_next_event(h, &event) == 1)
        fprintf(stderr, "%s\n", event.kind == IPFUNNEL_EVENT_DOWN ? "down" : event.kind == IPFUNNEL_EVENT_UP ? "up"
                        : event.kind == IPFUNNEL_EVENT_GONE ? "gone" : "changed");
}

int main(int argc, char **argv)
{
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_writer_options f = IPFUNNEL_WRITER_OPTIONS_INIT;
    ipfunnel_writer_interface port = IPFUNNEL_WRITER_INTERFACE_INIT;
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    ipfunnel_statistics totals = IPFUNNEL_STATISTICS_INIT;
    const ipfunnel_datagram *d[64];
    ipfunnel_writer *w;
    ipfunnel_error e;
    ipfunnel *h;
    int n;

    if (argc != 3) return fprintf(stderr, "usage: %s INTERFACE FILE.pcapng\n", argv[0]), 2;
    o.interface_name = argv[1];
    o.start = IPFUNNEL_MODE_ON;
    o.flags = IPFUNNEL_OPEN_EVENTS;
    f.path = argv[2];
    if (ipfunnel_open(&h, &o, &e)) return failed(&e);
    if (ipfunnel_writer_open(&w, &f, &e)) return failed(&e);
    ipfunnel_info(h, &info);
    port.name = info.interface_name;
    port.clock_resolution_ns = info.clock_resolution_ns;
    ipfunnel_writer_add_interface(w, &port);

    running = h;
    signal(SIGINT, stop);
    do {
        n = ipfunnel_recv(h, d, 64, -1);
        if (n == IPFUNNEL_EVENT)
            print_event(h);
        else if (n == IPFUNNEL_INTERRUPTED)
            ipfunnel_set_mode(h, IPFUNNEL_MODE_OFF);        /* what arrived before is still read, then comes END */
        else if (n > 0 && ipfunnel_writer_write(w, 0, d, n))
            break;                                          /* ipfunnel_writer_close says why */
    } while (n > 0 || n == IPFUNNEL_EVENT || n == IPFUNNEL_INTERRUPTED);
    running = NULL;                                         /* no interrupt while closing */
    if (n < 0 && n != IPFUNNEL_END)
        failed(ipfunnel_last_error(h));
    if (ipfunnel_stats(h, &totals) == 0)
        ipfunnel_writer_statistics(w, 0, &totals, IPFUNNEL_TIME_UNKNOWN, IPFUNNEL_TIME_UNKNOWN);
    ipfunnel_close(h);
    return ipfunnel_writer_close(w, &e) ? failed(&e) : 0;
}

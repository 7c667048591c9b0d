/* 01_print.c - prints the IP datagrams of an interface.
 *   01_print INTERFACE        a name, a number or one of its addresses; or "default" */
#include <ipfunnel.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;  ipfunnel_error e;  ipfunnel *h;
    const ipfunnel_datagram *d[64];  char line[200];  int n;

    (void)argc;                            /* without an argument open says what is missing */
    o.interface_name = argv[1];            /* or o.file; exactly one */
    o.start = IPFUNNEL_MODE_ON;            /* open and start; leave 0 to start later with ipfunnel_set_mode */
    if (ipfunnel_open(&h, &o, &e)) return fprintf(stderr, "%s\n%s\n", e.text, e.remedy), 1;
    while ((n = ipfunnel_recv(h, d, 64, -1)) > 0) {
        for (int i = 0; i < n; i++) puts(ipfunnel_format(d[i], line, sizeof line));
        fflush(stdout);                    /* nothing waits for more traffic */
    }
    fprintf(stderr, "%s: %s\n", ipfunnel_status_text(n), ipfunnel_last_error(h)->text);
    ipfunnel_close(h);
    return 1;                              /* an interface has no end: it is gone */
}

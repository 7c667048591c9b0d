/* What holds across a change of the mode, for what arrived before it and what is announced. */
#include "behaviours.h"
#include "fixture.h"

void end_is_announced_before_the_first_start(void)
{
    const ipfunnel_datagram *out[1];
    ipfunnel *capture = open_in(IPFUNNEL_MODE_OFF);
    CHECK_INT(ipfunnel_wait(&capture, 1, PATIENCE_MS), 1);
    CHECK_INT(ipfunnel_recv(capture, out, 1, PATIENCE_MS), IPFUNNEL_END);
    CHECK_INT(ipfunnel_wait(&capture, 1, PATIENCE_MS), 1);
}

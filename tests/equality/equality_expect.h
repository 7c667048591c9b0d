/* equality_expect.h - what of a row has to come. */
#ifndef IPFUNNEL_TESTS_EQUALITY_EXPECT_H
#define IPFUNNEL_TESTS_EQUALITY_EXPECT_H
#include "equality_stage_posix.h"
#include "equality_view.h"

struct expectation {
    const struct row *row;
    const struct stage *stage;
    struct view view;               /* the datagrams, in order within each stream */
    struct view of_double;          /* those that sio_rcvall over the double delivers, in order within each stream */
    uint64_t of_double_other_vlan;  /* how many it leaves out by the VLAN option, since they have none */
    uint32_t of_double_why;         /* and the bits of the reasons why these are others */
};

/* From the frames as they are captured, and that the counts of the table are the same. */
void expect_frames(struct expectation *e, const struct script *script);

/* From the traffic that one backend saw, once it was held against the row. Returns NULL, or what does not fit. */
const char *expect_traffic(struct expectation *e, const struct view *seen);

/* What of it sio_rcvall over the double has to deliver. */
void expect_double(struct expectation *e, const struct script *script);

/* view_wanted: a datagram that has to come, or any other with an address that only the row uses. */
bool expect_wanted(const void *expectation, const ipfunnel_datagram *d);

#endif

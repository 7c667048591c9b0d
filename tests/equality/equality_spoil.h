/* equality_spoil.h - proves on every run that a comparison can fail. */
#ifndef IPFUNNEL_TESTS_EQUALITY_SPOIL_H
#define IPFUNNEL_TESTS_EQUALITY_SPOIL_H
#include "equality_compare.h"

/* Spoils what was seen in several ways: nothing came; the last is missing; one came twice; a byte is wrong; two changed
 * places; a counter is off. NULL when each is noticed, else the one that is not. */
const char *comparison_is_blind(const struct comparison *c);

#endif

/* random_filters.h - expressions and datagrams by chance, which meet: few addresses, ports and protocols. */
#ifndef IPFUNNEL_TESTS_RANDOM_FILTERS_H
#define IPFUNNEL_TESTS_RANDOM_FILTERS_H
#include "check.h"
#include <stdbool.h>

enum { RANDOM_ROOM = 400, RANDOM_TEXT_ROOM = 1000 };

/* The same seed gives the same from then on. */
void random_begin(uint64_t seed);

uint32_t draw(uint32_t below);
bool chance(uint32_t percent);
#define ONE_OF(list) list[draw(sizeof list / sizeof *list)]

/* Writes a datagram, also damaged ones, into RANDOM_ROOM bytes and returns how many there are. */
uint32_t random_datagram(uint8_t *out);

struct random_text {
    char bytes[RANDOM_TEXT_ROOM];
    size_t used;
};
void random_add(struct random_text *text, const char *format, ...);

/* An expression of at most 2^depth primitives. */
void random_expression(struct random_text *text, int depth);

#endif

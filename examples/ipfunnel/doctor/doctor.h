/* doctor.h - the parts of the doctor. Each adds what it finds. */
#ifndef DOCTOR_H
#define DOCTOR_H
#include "findings.h"
#include <stdbool.h>

struct doctor_subject {
    const char *interface_name; /* as it was typed */
    const char *backend;        /* NULL: the library's choice */
};

/* Which backends are built and can run; none that could capture here is a problem. Returns how many live ones can run
 * (of the one asked for, when one was). */
int doctor_backends(struct findings *, const char *backend);

/* The interface, as the list of interfaces has it and as a capture that is opened for a moment says. Returns its place
 * in the list; NULL when it is not there. */
const ipfunnel_interface *doctor_interface(struct findings *, const struct doctor_subject *,
                                           const ipfunnel_interface *chain, bool open_it);

/* The interface that a name, index, address or "default" stands for; NULL when there is none. */
const ipfunnel_interface *doctor_find(const ipfunnel_interface *chain, const char *text);

/* Zone or not, the same address? */
bool doctor_same_address(const ipfunnel_address *, const char *text);

#endif

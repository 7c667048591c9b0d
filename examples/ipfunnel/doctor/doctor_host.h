/* doctor_host.h - what only the system itself can tell the doctor. doctor_host_linux.c, _posix.c, _windows.c. */
#ifndef DOCTOR_HOST_H
#define DOCTOR_HOST_H
#include "findings.h"
#include <stdbool.h>

struct host_system {
    char name[16];              /* "Linux", "Windows", "Wine", ... A Windows program under Wine never says Windows */
    char version[96], machine[32];
};

void host_describe(struct host_system *);

/* What the system does to a capture on this interface; the interface may be NULL. rcvall: the backend sio_rcvall is in
 * this build. */
void host_findings(struct findings *, const ipfunnel_interface *, bool rcvall);

/* How to bring an interface up, as a command or a way through menus. */
void host_up_remedy(struct finding *, const char *interface_name);

#endif

#define _POSIX_C_SOURCE 200809L
#include "doctor_host.h"
#include <sys/utsname.h>

void host_describe(struct host_system *s)
{
    struct utsname u;

    *s = (struct host_system){ .name = "unknown" };
    if (uname(&u) < 0)
        return;
    snprintf(s->name, sizeof s->name, "%.15s", u.sysname);
    snprintf(s->version, sizeof s->version, "%.90s", u.release);
    snprintf(s->machine, sizeof s->machine, "%.30s", u.machine);
}

void host_up_remedy(struct finding *one, const char *interface_name)
{
    finding_remedy(one, "bring it up: sudo ifconfig %s up", interface_name);
}

/* Nothing of these systems is known well enough to be said. */
void host_findings(struct findings *f, const ipfunnel_interface *interface, bool rcvall)
{
    (void)f;
    (void)interface;
    (void)rcvall;
}

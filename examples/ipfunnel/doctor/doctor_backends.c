#include "doctor.h"
#include <string.h>

/* A backend without which something can be captured all the same is no problem. */
static void describe(struct findings *f, const ipfunnel_backend *backend, int status, const ipfunnel_error *error,
                     enum finding_level when_not)
{
    if (status >= 0)
        finding_add(f, "backends", "backend_ready", FINDING_OK, "%s can run here: %s", backend->name,
                    backend->description);
    else if (!backend->built)
        finding_error(f, "backends", "backend_not_built", when_not, error);
    else
        finding_error(f, "backends", status == IPFUNNEL_EACCES ? "privileges" : "backend_cannot_run", when_not, error);
}

int doctor_backends(struct findings *f, const char *wanted)
{
    const ipfunnel_backend *backend;
    bool known = false;
    int live = 0, built_live = 0;

    for (int i = 0; (backend = ipfunnel_backend_at(i)) != NULL; i++) {
        bool asked = wanted && strcmp(wanted, backend->name) == 0;
        known = known || asked;
        if (wanted && !asked)
            continue;
        built_live += backend->built && (backend->capabilities & IPFUNNEL_CAN_LIVE);
        live += backend->built && (backend->capabilities & IPFUNNEL_CAN_LIVE) &&
                ipfunnel_probe(backend->name, NULL) >= 0;
    }
    for (int i = 0; (backend = ipfunnel_backend_at(i)) != NULL; i++) {
        ipfunnel_error error = { .status = 0 };
        bool asked = wanted && strcmp(wanted, backend->name) == 0;
        bool matters = wanted ? asked : backend->built && (backend->capabilities & IPFUNNEL_CAN_LIVE);
        int status = ipfunnel_probe(backend->name, &error);
        describe(f, backend, status, &error, matters && !live ? FINDING_PROBLEM : FINDING_NOTE);
    }
    if (live)
        finding_add(f, "backends", "privileges", FINDING_OK, "this user may capture");
    if (wanted && !known)
        finding_remedy(finding_add(f, "backends", "backend_unknown", FINDING_PROBLEM, "no backend is called \"%s\"",
                                   wanted), "ipfunnel backends lists them");
    else if (wanted && !built_live && !findings_problems(f))
        finding_remedy(finding_add(f, "backends", "backend_not_live", FINDING_PROBLEM,
                                   "%s captures nothing from interfaces", wanted),
                       "leave -b out, or see ipfunnel backends for one with live interfaces");
    else if (!wanted && !built_live)
        finding_remedy(finding_add(f, "backends", "backend_none", FINDING_PROBLEM,
                                   "this build contains no backend that captures from interfaces"),
                       "build one in: the notes above say what each needs");
    return live;
}

#include "byte_source.h"
#include "error.h"

int ipfunnel__source_fail(ipfunnel_error *error, const char *where, const char *path, int code,
                          const struct ipfunnel__source_cause *causes, size_t count)
{
    struct ipfunnel__source_cause cause = { .status = IPFUNNEL_EIO,
                                            .remedy = "see whether the medium it lies on is sound" };
    char why[128];
    for (size_t i = 0; i < count; i++)
        if (causes[i].code == code)
            cause = causes[i];
    ipfunnel__fail(error, cause.status, code, where, "cannot read %.200s: %s", ipfunnel__source_name(path),
                   ipfunnel__os_error_text(code, why, sizeof why));
    return ipfunnel__remedy(error, "%s", cause.remedy);
}

/* no_filter_compiler.c - the answer of a build without libpcap. */
#include "error.h"
#include "filter_compiler.h"

int ipfunnel__filter_translate(const char *expression, const uint32_t *mask, struct ipfunnel__instruction **code,
                               uint32_t *length, ipfunnel_error *error)
{
    (void)mask, (void)code, (void)length;
    ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "filter",
                   "this build has no filter compiler, so \"%.100s\" cannot be used", expression);
    return ipfunnel__remedy(error, "build ipfunnel where libpcap is (Debian: libpcap-dev), for Windows with its source "
                            "(IPFUNNEL_LIBPCAP_SOURCE_DIR); or use no filter");
}

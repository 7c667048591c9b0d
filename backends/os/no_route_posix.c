#include "no_route.h"
#include "error.h"
#include "os.h"
#include <errno.h>
#include <stdbool.h>

int ipfunnel__no_route(ipfunnel_error *error, int version, const uint8_t *bytes, const char *where, int code)
{
    char why[96], text[46];
    bool exhausted = code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM;
    ipfunnel__fail(error, exhausted ? IPFUNNEL_ENOBUFS : IPFUNNEL_ENODEV, code, where, "there is no way to %s: %s",
                   ipfunnel__os_address_text(version, bytes, text, sizeof text),
                   ipfunnel__os_error_text(code, why, sizeof why));
    return ipfunnel__remedy(error, "%s", exhausted ? "close other captures or raise the limit (ulimit -n)" : "");
}

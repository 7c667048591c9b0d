/* control_code.c - the fields of a 32-bit control code. */
#include "options.h"
#include <ipfunnel_ioctl.h>

enum { DIRECTION_AT = 29, TYPE_AT = 27, OWNER_AT = 16 };
enum { DIRECTION_MAX = 7, TYPE_MAX = 3, OWNER_MAX = 0x7ff, NUMBER_MAX = 0xffff };

int ipfunnel_ioctl_encode(const ipfunnel_ioctl_fields *given, uint32_t *code)
{
    ipfunnel_error error;
    ipfunnel_ioctl_fields f;
    int status = ipfunnel__take_sized(&f, sizeof f, given, "ipfunnel_ioctl_fields", &error);
    if (status)
        return status;
    if (f.direction > DIRECTION_MAX || f.type > TYPE_MAX || f.owner > OWNER_MAX || f.number > NUMBER_MAX)
        return IPFUNNEL_EINVAL;
    *code = f.direction << DIRECTION_AT | f.type << TYPE_AT | f.owner << OWNER_AT | f.number;
    return IPFUNNEL_OK;
}

int ipfunnel_ioctl_decode(uint32_t code, ipfunnel_ioctl_fields *out)
{
    ipfunnel_error error;
    ipfunnel_ioctl_fields f = {
        .size = sizeof f,
        .direction = code >> DIRECTION_AT,
        .type = code >> TYPE_AT & TYPE_MAX,
        .owner = code >> OWNER_AT & OWNER_MAX,
        .number = code & NUMBER_MAX,
    };
    return ipfunnel__give_sized(out, &f, sizeof f, "ipfunnel_ioctl_fields", &error);
}

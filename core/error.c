#include "error.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *ipfunnel_status_text(int status)
{
    static const struct {
        int status;
        const char *text;
    } names[] = {
        { .status = IPFUNNEL_OK, .text = "OK" },
        { .status = IPFUNNEL_END, .text = "END" },
        { .status = IPFUNNEL_INTERRUPTED, .text = "INTERRUPTED" },
        { .status = IPFUNNEL_EVENT, .text = "EVENT" },
        { .status = IPFUNNEL_EINVAL, .text = "EINVAL" },
        { .status = IPFUNNEL_EACCES, .text = "EACCES" },
        { .status = IPFUNNEL_EADDRNOTAVAIL, .text = "EADDRNOTAVAIL" },
        { .status = IPFUNNEL_ENODEV, .text = "ENODEV" },
        { .status = IPFUNNEL_ENETDOWN, .text = "ENETDOWN" },
        { .status = IPFUNNEL_ENOBUFS, .text = "ENOBUFS" },
        { .status = IPFUNNEL_ENOMEM, .text = "ENOMEM" },
        { .status = IPFUNNEL_EOPNOTSUPP, .text = "EOPNOTSUPP" },
        { .status = IPFUNNEL_ENOBACKEND, .text = "ENOBACKEND" },
        { .status = IPFUNNEL_EUNAVAILABLE, .text = "EUNAVAILABLE" },
        { .status = IPFUNNEL_EIO, .text = "EIO" },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].status == status)
            return names[i].text;
    return "UNKNOWN";
}

/* What callers quote may hold anything; the error object promises one line. */
static void keep_one_line(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = '?';
}

int ipfunnel__fail(ipfunnel_error *error, int status, int os_code, const char *where, const char *format, ...)
{
    error->status = status;
    error->os_code = os_code;
    snprintf(error->where, sizeof error->where, "%s", where);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    keep_one_line(error->text);
    error->remedy[0] = '\0';
    return status;
}

int ipfunnel__remedy(ipfunnel_error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->remedy, sizeof error->remedy, format, arguments);
    va_end(arguments);
    keep_one_line(error->remedy);
    return error->status;
}

int ipfunnel__no_memory(ipfunnel_error *error, const char *where)
{
    ipfunnel__fail(error, IPFUNNEL_ENOMEM, 0, where, "out of memory");
    return ipfunnel__remedy(error, "free memory and try again");
}

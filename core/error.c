#include "error.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const char *ipfunnel_status_text(int status)
{
    static const char *const names[] = {
        [-IPFUNNEL_OK] = "OK",
        [-IPFUNNEL_END] = "END",
        [-IPFUNNEL_INTERRUPTED] = "INTERRUPTED",
        [-IPFUNNEL_EVENT] = "EVENT",
        [-IPFUNNEL_EINVAL] = "EINVAL",
        [-IPFUNNEL_EACCES] = "EACCES",
        [-IPFUNNEL_EADDRNOTAVAIL] = "EADDRNOTAVAIL",
        [-IPFUNNEL_ENODEV] = "ENODEV",
        [-IPFUNNEL_ENETDOWN] = "ENETDOWN",
        [-IPFUNNEL_ENOBUFS] = "ENOBUFS",
        [-IPFUNNEL_ENOMEM] = "ENOMEM",
        [-IPFUNNEL_EOPNOTSUPP] = "EOPNOTSUPP",
        [-IPFUNNEL_ENOBACKEND] = "ENOBACKEND",
        [-IPFUNNEL_EUNAVAILABLE] = "EUNAVAILABLE",
        [-IPFUNNEL_EIO] = "EIO",
    };
    bool known = status <= 0 && status > -(int)(sizeof names / sizeof *names);
    return known ? names[-status] : "UNKNOWN";
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
    error->column = 0;
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

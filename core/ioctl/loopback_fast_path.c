/* loopback_fast_path.c - what each answer to SIO_LOOPBACK_FAST_PATH means. The call itself is the system's (os.h). */
#include "error.h"
#include "os.h"
#include <ipfunnel_ioctl.h>

/* Every code of its reference page, and WSANOTINITIALISED, with which each Winsock call may answer. */
static const struct answer {
    int code;
    int status;
    const char *name;
    const char *why;
    const char *remedy;
} answers[] = {
    { .code = 995, .status = IPFUNNEL_INTERRUPTED, .name = "WSA_OPERATION_ABORTED",
      .why = "the call was cancelled because its thread ended, or the socket was closed or flushed",
      .remedy = "call it again while nothing else closes or flushes the socket" },
    { .code = 997, .status = IPFUNNEL_EIO, .name = "WSA_IO_PENDING",
      .why = "the provider goes on in the background, unasked; which way the switch is now is unknown",
      .remedy = "close the socket and make a new one" },
    { .code = 10004, .status = IPFUNNEL_INTERRUPTED, .name = "WSAEINTR",
      .why = "WSACancelBlockingCall interrupted it", .remedy = "call it again" },
    { .code = 10013, .status = IPFUNNEL_EACCES, .name = "WSAEACCES", .why = "access to the socket was refused",
      .remedy = "run the program elevated (as administrator), or use a socket that it made itself" },
    { .code = 10014, .status = IPFUNNEL_EINVAL, .name = "WSAEFAULT",
      .why = "the provider of the socket could not use the address of an argument",
      .remedy = "look for a layered provider: netsh winsock show catalog" },
    { .code = 10022, .status = IPFUNNEL_EINVAL, .name = "WSAEINVAL",
      .why = "it is no TCP socket, or it is too late for this one, or this system does not know the code",
      .remedy = "use a TCP socket before connect or listen, or go on without: the connection works the same" },
    { .code = 10036, .status = IPFUNNEL_EIO, .name = "WSAEINPROGRESS",
      .why = "this thread is inside a Winsock callback", .remedy = "call it after the callback has returned" },
    { .code = 10038, .status = IPFUNNEL_EINVAL, .name = "WSAENOTSOCK", .why = "it is no socket",
      .remedy = "give the SOCKET of a TCP socket that is open" },
    { .code = 10045, .status = IPFUNNEL_EOPNOTSUPP, .name = "WSAEOPNOTSUPP",
      .why = "this system, or the provider of the socket, has none",
      .remedy = "go on without: the connection works the same; Windows 8 or later has it" },
    { .code = 10050, .status = IPFUNNEL_ENETDOWN, .name = "WSAENETDOWN", .why = "the network subsystem has failed",
      .remedy = "try again when the network works" },
    { .code = 10093, .status = IPFUNNEL_EINVAL, .name = "WSANOTINITIALISED",
      .why = "WSAStartup was not called in this process", .remedy = "call WSAStartup and make the socket after it" },
};

static const struct answer *answer_for(int code)
{
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (answers[i].code == code)
            return &answers[i];
    return NULL;
}

int ipfunnel_loopback_fast_path(uintptr_t socket, int on, ipfunnel_error *error)
{
    static const char where[] = "WSAIoctl(SIO_LOOPBACK_FAST_PATH)";
    ipfunnel_error local;
    error = error ? error : &local;
    int code = ipfunnel__os_loopback_fast_path(socket, on != 0);
    if (code == 0)
        return IPFUNNEL_OK;
    if (code < 0) {
        ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, where,
                       "only Windows has a loopback fast path");
        return ipfunnel__remedy(error, "go on without: here TCP over loopback is always IP datagrams, which a capture "
                                "sees");
    }
    const struct answer *a = answer_for(code);
    char text[128];
    ipfunnel__fail(error, a ? a->status : IPFUNNEL_EIO, code, where,
                   "cannot switch the loopback fast path of socket %llu %s: %s%s%s%s", (unsigned long long)socket,
                   on ? "on" : "off", a ? a->why : ipfunnel__os_error_text(code, text, sizeof text), a ? " (" : "",
                   a ? a->name : "", a ? ")" : "");
    return ipfunnel__remedy(error, "%s", a ? a->remedy : "go on without: the connection works the same");
}

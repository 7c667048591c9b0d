/* fast_path_calls_windows.c - the control call that ipfunnel_loopback_fast_path makes: by its arguments, and with every
 * error of its reference page. WSAIoctl is replaced where the import table would point to it. */
#include "check.h"
#include <ipfunnel_ioctl.h>
#include <winsock2.h>
#include <mstcpip.h>

static struct {
    int error;                      /* 0: succeed */
    int calls;
    BOOL value;
} script;

static int WSAAPI scripted_ioctl(SOCKET s, DWORD code, LPVOID in, DWORD in_size, LPVOID out, DWORD out_size,
                                 LPDWORD returned, LPWSAOVERLAPPED overlapped,
                                 LPWSAOVERLAPPED_COMPLETION_ROUTINE routine)
{
    script.calls++;
    CHECK_INT(s, 4242);
    CHECK_INT(code, 0x98000010);            /* SIO_LOOPBACK_FAST_PATH, which headers hide from Windows 7 */
    CHECK_INT(in_size, 4);
    memcpy(&script.value, in, sizeof script.value);
    CHECK(!out && out_size == 0 && returned && !overlapped && !routine);
    WSASetLastError(script.error);
    return script.error ? SOCKET_ERROR : 0;
}
extern void *__imp_WSAIoctl;
void *__imp_WSAIoctl = (void *)scripted_ioctl;

static void the_call_is_as_its_reference_says(void)
{
    ipfunnel_error error;
    script.error = 0;
    CHECK_INT(ipfunnel_loopback_fast_path(4242, 1, &error), IPFUNNEL_OK);
    CHECK_INT(script.value, TRUE);
    CHECK_INT(ipfunnel_loopback_fast_path(4242, 0, &error), IPFUNNEL_OK);
    CHECK_INT(script.value, FALSE);
    CHECK_INT(script.calls, 2);
}

static void each_error_has_its_status(void)
{
    static const struct {
        int code;
        int status;
    } errors[] = {
        { WSA_IO_PENDING, IPFUNNEL_EIO },           { WSA_OPERATION_ABORTED, IPFUNNEL_INTERRUPTED },
        { WSAEACCES, IPFUNNEL_EACCES },             { WSAEFAULT, IPFUNNEL_EINVAL },
        { WSAEINPROGRESS, IPFUNNEL_EIO },           { WSAEINTR, IPFUNNEL_INTERRUPTED },
        { WSAEINVAL, IPFUNNEL_EINVAL },             { WSAENETDOWN, IPFUNNEL_ENETDOWN },
        { WSAENOTSOCK, IPFUNNEL_EINVAL },           { WSAEOPNOTSUPP, IPFUNNEL_EOPNOTSUPP },
        { WSANOTINITIALISED, IPFUNNEL_EINVAL },     { WSAENOBUFS, IPFUNNEL_EIO },
    };
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        ipfunnel_error error = { .status = 0 };
        script.error = errors[i].code;
        CHECK_INT(ipfunnel_loopback_fast_path(4242, 1, &error), errors[i].status);
        CHECK_INT(error.os_code, errors[i].code);
        CHECK(error.text[0] && error.remedy[0]);
    }
}

int main(void)
{
    RUN(the_call_is_as_its_reference_says);
    RUN(each_error_has_its_status);
    return 0;
}

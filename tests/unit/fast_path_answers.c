/* fast_path_answers.c - every answer that Winsock may give to SIO_LOOPBACK_FAST_PATH has its status, text and remedy.
 * The answers are scripted: this program brings the system's part itself. */
#include "check.h"
#include "os.h"
#include <ipfunnel_ioctl.h>

static struct {
    int answer;
    uintptr_t socket;
    bool on;
    int calls;
} script;

int ipfunnel__os_loopback_fast_path(uintptr_t socket, bool on)
{
    script.socket = socket;
    script.on = on;
    script.calls++;
    return script.answer;
}

char *ipfunnel__os_error_text(int code, char *out, size_t size)
{
    snprintf(out, size, "text of error %d", code);
    return out;
}

/* The last two are not on the reference page: any call may give the one, and nothing is known of the other. */
static const struct {
    int code;
    int status;
    const char *name;
} answers[] = {
    { 995, IPFUNNEL_INTERRUPTED, "(WSA_OPERATION_ABORTED)" },
    { 997, IPFUNNEL_EIO, "(WSA_IO_PENDING)" },
    { 10004, IPFUNNEL_INTERRUPTED, "(WSAEINTR)" },
    { 10013, IPFUNNEL_EACCES, "(WSAEACCES)" },
    { 10014, IPFUNNEL_EINVAL, "(WSAEFAULT)" },
    { 10022, IPFUNNEL_EINVAL, "(WSAEINVAL)" },
    { 10036, IPFUNNEL_EIO, "(WSAEINPROGRESS)" },
    { 10038, IPFUNNEL_EINVAL, "(WSAENOTSOCK)" },
    { 10045, IPFUNNEL_EOPNOTSUPP, "(WSAEOPNOTSUPP)" },
    { 10050, IPFUNNEL_ENETDOWN, "(WSAENETDOWN)" },
    { 10093, IPFUNNEL_EINVAL, "(WSANOTINITIALISED)" },
    { 12345, IPFUNNEL_EIO, ": text of error 12345" },
};

static void each_answer_has_its_outcome(void)
{
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        for (int on = 0; on < 2; on++) {
            ipfunnel_error error = { .status = 0 };
            script.answer = answers[i].code;
            CHECK_INT(ipfunnel_loopback_fast_path(4242, on, &error), answers[i].status);
            CHECK_INT(error.status, answers[i].status);
            CHECK_INT(error.os_code, answers[i].code);
            CHECK_STR(error.where, "WSAIoctl(SIO_LOOPBACK_FAST_PATH)");
            CHECK_CONTAINS(error.text, on ? "of socket 4242 on: " : "of socket 4242 off: ");
            CHECK_CONTAINS(error.text, answers[i].name);
            CHECK(strlen(error.text) < sizeof error.text - 1);
            CHECK(error.remedy[0] && strlen(error.remedy) < sizeof error.remedy - 1);
            CHECK_INT(ipfunnel_loopback_fast_path(4242, on, NULL), answers[i].status);
        }
}

static void success_leaves_the_error_alone(void)
{
    ipfunnel_error error = { .status = 4711, .text = "untouched" };
    script.answer = 0;
    script.calls = 0;
    CHECK_INT(ipfunnel_loopback_fast_path(1, 2, &error), IPFUNNEL_OK);
    CHECK(script.on && script.socket == 1);
    CHECK_INT(ipfunnel_loopback_fast_path(UINTPTR_MAX, 0, &error), IPFUNNEL_OK);
    CHECK(!script.on && script.socket == UINTPTR_MAX);
    CHECK_INT(script.calls, 2);
    CHECK_INT(error.status, 4711);
    CHECK_STR(error.text, "untouched");
}

int main(void)
{
    RUN(each_answer_has_its_outcome);
    RUN(success_leaves_the_error_alone);
    return 0;
}

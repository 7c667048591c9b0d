/* What the command asks Windows about its standard output. */
#include "../../examples/ipfunnel/host.h"
#include "check.h"
#include <windows.h>

static void a_reader_that_goes_away_is_noticed_and_otherwise_undisturbed(void)
{
    HANDLE ends[2], before = GetStdHandle(STD_OUTPUT_HANDLE);
    DWORD waiting = 1, count = 0;
    CHECK(CreatePipe(&ends[0], &ends[1], NULL, 0));
    CHECK(SetStdHandle(STD_OUTPUT_HANDLE, ends[1]));
    bool is_pipe = host_output_is_pipe(), closed = host_output_closed();
    CHECK(WriteFile(ends[1], "x", 1, &count, NULL));
    CHECK(!host_output_closed());
    char byte = 0;
    CHECK(ReadFile(ends[0], &byte, 1, &count, NULL));
    CHECK_INT(byte, 'x');                       /* an empty write would have come before it */
    CHECK_INT(count, 1);
    CHECK(PeekNamedPipe(ends[0], NULL, 0, NULL, &waiting, NULL));
    CHECK_INT(waiting, 0);
    CloseHandle(ends[0]);
    bool closed_then = host_output_closed();
    CHECK(SetStdHandle(STD_OUTPUT_HANDLE, before));
    CloseHandle(ends[1]);
    CHECK(is_pipe);
    CHECK(!closed);
    CHECK(closed_then);
}

static void a_file_is_no_pipe(void)
{
    HANDLE before = GetStdHandle(STD_OUTPUT_HANDLE);
    HANDLE file = CreateFileA("command_host.file", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE,
                              NULL);
    CHECK(file != INVALID_HANDLE_VALUE);
    CHECK(SetStdHandle(STD_OUTPUT_HANDLE, file));
    bool is_pipe = host_output_is_pipe(), closed = host_output_closed();
    CHECK(SetStdHandle(STD_OUTPUT_HANDLE, before));
    CloseHandle(file);
    CHECK(!is_pipe);
    CHECK(!closed);
}

static void a_file_is_the_same_by_any_name(void)
{
    FILE *file = fopen("command_host.same", "w");
    CHECK(file);
    fclose(file);
    CHECK(host_same_file("command_host.same", ".\\COMMAND_HOST.SAME"));
    CHECK(!host_same_file("command_host.same", "command_host.other"));
    CHECK_INT(remove("command_host.same"), 0);
}

static void clocks_go_forward(void)
{
    int64_t then = host_milliseconds(), wall = host_wall_ns();
    Sleep(40);
    CHECK(host_milliseconds() > then);
    CHECK(host_wall_ns() > wall);
    CHECK(wall > INT64_C(1600000000) * 1000000000);
}

int main(void)
{
    RUN(a_reader_that_goes_away_is_noticed_and_otherwise_undisturbed);
    RUN(a_file_is_no_pipe);
    RUN(a_file_is_the_same_by_any_name);
    RUN(clocks_go_forward);
    return 0;
}

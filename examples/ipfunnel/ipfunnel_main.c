/* ipfunnel - lists what can be captured here and captures it. */
#include "commands.h"
#include "host.h"
#include "messages.h"
#include "option_parser.h"
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(int argc, char *const argv[]);
} commands[] = {
    { .name = "list", .run = list_command },
    { .name = "backends", .run = backends_command },
    { .name = "capture", .run = capture_command },
    { .name = "ioctl", .run = ioctl_command },
    { .name = "doctor", .run = doctor_command },
};

int read_json_option(const char *command, int argc, char *const argv[], int *json)
{
    enum { JSON = 1, HELP };
    static const struct option_row table[] = {
        { .name = "json", .id = JSON }, { .letter = 'h', .name = "help", .id = HELP }, { .id = 0 },
    };
    struct option_reader reader = { .argc = argc, .argv = argv, .table = table };

    *json = 0;
    for (;;) {
        switch (option_next(&reader)) {
        case OPTION_DONE: return 0;
        case JSON: *json = 1; break;
        case HELP: print_help(command); return finish_output() + 1;
        case OPTION_OPERAND:
            return usage_error(command, "\"%s\" is too much: %s takes no argument", reader.value, command) + 1;
        default: return usage_error(command, "%s", reader.message) + 1;
        }
    }
}

static int print_version(void)
{
    uint32_t v = ipfunnel_version();
    printf("ipfunnel %u.%u.%u\n", (unsigned)(v >> 16), (unsigned)(v >> 8 & 255), (unsigned)(v & 255));
    return finish_output();
}

/* An option in the place of the command: most likely capture was meant. */
static int option_without_command(int argc, char *const argv[])
{
    char meant[256] = "";
    size_t used = 0;

    for (int i = 1; i < argc && used < sizeof meant; i++)
        used += (size_t)snprintf(meant + used, sizeof meant - used, " %s", argv[i]);
    return usage_error(NULL, "\"%s\" is not a command: did you mean: ipfunnel capture%s%s", argv[1], meant,
                       used < sizeof meant ? "" : " ...");
}

int main(int argc, char *argv[])
{
    const char *name = argc > 1 ? argv[1] : NULL;

    host_hold_streams();
    if (!name)
        return usage_error(NULL, "no command given");
    if (strcmp(name, "version") == 0 || strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
        return print_version();
    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        if (print_help(argc > 2 ? argv[2] : NULL) < 0)
            return usage_error(NULL, "\"%s\" is not a command", argv[2]);
        return finish_output();
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(name, commands[i].name) == 0)
            return commands[i].run(argc - 2, argv + 2);
    if (name[0] == '-')
        return option_without_command(argc, argv);
    return usage_error(NULL, "\"%s\" is not a command", name);
}

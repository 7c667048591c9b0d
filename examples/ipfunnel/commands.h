/* commands.h - the subcommands. Each gets the arguments after its own name and returns the exit status. */
#ifndef COMMANDS_H
#define COMMANDS_H

int list_command(int argc, char *const argv[]);
int backends_command(int argc, char *const argv[]);
int capture_command(int argc, char *const argv[]);
int ioctl_command(int argc, char *const argv[]);
int doctor_command(int argc, char *const argv[]);

/* Prints a help text: of a subcommand, or the overview for NULL. Returns 0, or -1 when there is no such command. */
int print_help(const char *command);

/* For commands that only know --json and --help. Returns 0 and *json, or an exit status + 1 to leave with at once. */
int read_json_option(const char *command, int argc, char *const argv[], int *json);

#endif

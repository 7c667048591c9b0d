/* child_cost - runs a command and prints what it cost.
 *   child_cost COMMAND ARGUMENT... */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec / 1e6; }

int main(int argc, char **argv)
{
    struct timespec start, end;
    struct rusage used;
    int status = 0;
    if (argc < 2)
        return fprintf(stderr, "usage: child_cost COMMAND ARGUMENT...\n"), 2;
    clock_gettime(CLOCK_MONOTONIC, &start);
    pid_t child = fork();
    if (child == 0) {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        execvp(argv[1], argv + 1);
        perror(argv[1]);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &used) < 0)
        return perror("child_cost"), 1;
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("cpu s %.3f\n", seconds(used.ru_utime) + seconds(used.ru_stime));
    printf("time s %.3f\n", (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
    printf("peak_memory KiB %ld\n", used.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

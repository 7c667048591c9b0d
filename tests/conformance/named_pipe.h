/* named_pipe.h - pipes that this process writes and whoever opens their name reads. One file per system. */
#ifndef IPFUNNEL_TESTS_NAMED_PIPE_H
#define IPFUNNEL_TESTS_NAMED_PIPE_H
#include <stdbool.h>
#include <stddef.h>

enum { NAMED_PIPE_PATH = 64, NAMED_PIPE_SIZE = 1 << 20 };      /* bytes of a path; bytes that wait in a pipe */

struct named_pipe {
    char path[NAMED_PIPE_PATH];
    void *handle;                   /* private to the implementation, as is the next */
    bool connected;
};

/* The number makes the name unique among those of this process. */
void named_pipe_make(struct named_pipe *pipe, int number);

enum named_pipe_state {
    NAMED_PIPE_WAITS,               /* nobody has opened it yet */
    NAMED_PIPE_IS_READ,
    NAMED_PIPE_LEFT                 /* who read it has closed it */
};
enum named_pipe_state named_pipe_look(struct named_pipe *pipe);

/* Writes all or, without waiting, nothing: false when there is no room. What nobody reads any more is written to
 * nowhere. */
bool named_pipe_write(struct named_pipe *pipe, const void *bytes, size_t size);

/* Accepts one that is removed already. */
void named_pipe_remove(struct named_pipe *pipe);

/* After the last pipe of the process is removed. */
void named_pipes_end(void);

#endif

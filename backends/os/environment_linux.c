#define _GNU_SOURCE                        /* secure_getenv: it knows of file capabilities, which set AT_SECURE */
#include "os.h"
#include <stdlib.h>

const char *ipfunnel__os_environment(const char *name)
{
    return secure_getenv(name);
}

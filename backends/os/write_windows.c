/* write_windows.c - WriteFileGather takes whole pages only, so each piece is a write of its own. */
#include "os.h"
#include <errno.h>

bool ipfunnel__os_gathers(void) { return false; }

int ipfunnel__os_write(FILE *stream, const struct ipfunnel__piece *pieces, int count)
{
    for (int i = 0; i < count; i++) {
        errno = 0;
        if (fwrite(pieces[i].bytes, 1, pieces[i].length, stream) < pieces[i].length || fflush(stream) != 0)
            return errno ? errno : EIO;
    }
    return 0;
}

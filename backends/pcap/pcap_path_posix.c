#define _DEFAULT_SOURCE
#include "pcap_path.h"
#include "error.h"
#include "os.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int failed(ipfunnel_error *error, const char *path, int code)
{
    char why[96];
    bool denied = code == EACCES || code == EPERM, exhausted = code == EMFILE || code == ENFILE;
    int status = denied           ? IPFUNNEL_EACCES
                 : exhausted      ? IPFUNNEL_ENOBUFS
                 : code == ENOMEM ? IPFUNNEL_ENOMEM
                                  : IPFUNNEL_EIO;
    ipfunnel__fail(error, status, code, "open", "cannot read %.200s: %s", path,
                   ipfunnel__os_error_text(code, why, sizeof why));
    return ipfunnel__remedy(error, denied            ? "make the file readable for this user (chmod, chown)"
                                   : exhausted       ? "close files, or raise the limit (ulimit -n)"
                                   : code == ENOMEM  ? "free memory and try again"
                                   : code == EISDIR  ? "name a file in this folder"
                                                     : "correct the path");
}

static int no_regular_file(ipfunnel_error *error, const char *path)
{
    ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "pcap", "%.200s is no regular file, and libpcap would wait for it "
                   "where nothing can interrupt it", path);
    return ipfunnel__remedy(error, "use the backend savefile");
}

int ipfunnel__pcap_path_check(const char *path, uint64_t *size, ipfunnel_error *error)
{
    struct stat about;
    if (strcmp(path, "-") == 0)
        return no_regular_file(error, "standard input");
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return failed(error, path, errno);
    int status = fstat(fd, &about) < 0       ? failed(error, path, errno)
                 : S_ISDIR(about.st_mode)    ? failed(error, path, EISDIR)
                 : S_ISREG(about.st_mode)    ? IPFUNNEL_OK
                                             : no_regular_file(error, path);
    close(fd);
    if (!status)
        *size = about.st_size > 0 ? (uint64_t)about.st_size : 0;
    return status;
}

uint64_t ipfunnel__pcap_path_position(FILE *file)
{
    off_t position = ftello(file);
    return position > 0 ? (uint64_t)position : 0;
}

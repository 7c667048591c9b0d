#include "pcap_path.h"
#include "error.h"
#include "os.h"
#include <string.h>
#include <windows.h>

static int failed(ipfunnel_error *error, const char *path, DWORD code)
{
    char why[128];
    bool denied = code == ERROR_ACCESS_DENIED, used = code == ERROR_SHARING_VIOLATION;
    bool exhausted = code == ERROR_TOO_MANY_OPEN_FILES || code == ERROR_NO_SYSTEM_RESOURCES;
    int status = denied || used                    ? IPFUNNEL_EACCES
                 : exhausted                       ? IPFUNNEL_ENOBUFS
                 : code == ERROR_NOT_ENOUGH_MEMORY ? IPFUNNEL_ENOMEM
                                                   : IPFUNNEL_EIO;
    ipfunnel__fail(error, status, (int)code, "CreateFile", "cannot read %.200s: %s", path,
                   ipfunnel__os_error_text((int)code, why, sizeof why));
    return ipfunnel__remedy(error, denied                         ? "make the file readable for this user"
                                   : used                         ? "close the program that uses the file"
                                   : status == IPFUNNEL_EIO       ? "correct the path"
                                                                  : "close programs and try again");
}

static int no_regular_file(ipfunnel_error *error, const char *path)
{
    ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "pcap", "%.200s is no regular file, and libpcap would wait for it "
                   "where nothing can interrupt it", path);
    return ipfunnel__remedy(error, "use the backend savefile");
}

int ipfunnel__pcap_path_check(const char *path, uint64_t *size, ipfunnel_error *error)
{
    LARGE_INTEGER bytes = { .QuadPart = 0 };
    if (strcmp(path, "-") == 0)
        return no_regular_file(error, "standard input");
    HANDLE file = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return failed(error, path, GetLastError());
    bool regular = GetFileType(file) == FILE_TYPE_DISK && GetFileSizeEx(file, &bytes);
    CloseHandle(file);
    if (!regular)
        return no_regular_file(error, path);
    *size = (uint64_t)bytes.QuadPart;
    return IPFUNNEL_OK;
}

uint64_t ipfunnel__pcap_path_position(FILE *file)
{
    (void)file;                       /* never asked: Npcap's files are another C runtime's */
    return 0;
}

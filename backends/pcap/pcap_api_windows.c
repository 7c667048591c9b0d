/* pcap_api_windows.c - wpcap.dll, which comes with Npcap. It is looked for where Npcap puts it, then where WinPcap did,
 * by full paths: what has its name in the current folder, beside the program or in PATH is never loaded, nor is what it
 * needs taken from there. It stays loaded. The tests run this under Wine, which has a wpcap.dll of its own over the
 * host's libpcap; it has not run on Windows itself. */
#include "pcap_api.h"
#include "error.h"
#include "os.h"
#include <stddef.h>
#include <string.h>
#include <windows.h>

enum { PATH_ROOM = MAX_PATH + 32 };

#define FUNCTION(field) .name = "pcap_" #field, .at = offsetof(struct ipfunnel__pcap_api, field)

/* pcap_get_selectable_fd and the like do not exist on Windows; the FILE of pcap_file is another C runtime's. */
static const struct function {
    const char *name;
    size_t at;
    bool optional;
} functions[] = {
    { FUNCTION(create) },
    { FUNCTION(set_snaplen) },
    { FUNCTION(set_promisc) },
    { FUNCTION(set_timeout) },
    { FUNCTION(set_buffer_size) },
    { FUNCTION(activate) },
    { FUNCTION(setnonblock) },
    { FUNCTION(open_offline) },
    { FUNCTION(datalink) },
    { FUNCTION(datalink_val_to_name) },
    { FUNCTION(snapshot) },
    { FUNCTION(dispatch) },
    { FUNCTION(stats) },
    { FUNCTION(geterr) },
    { FUNCTION(statustostr) },
    { FUNCTION(close) },
    { FUNCTION(set_tstamp_precision), .optional = true },
    { FUNCTION(get_tstamp_precision), .optional = true },
    { FUNCTION(open_offline_with_tstamp_precision), .optional = true },
    { FUNCTION(setdirection), .optional = true },
    { FUNCTION(set_immediate_mode), .optional = true },
    { FUNCTION(set_tstamp_type), .optional = true },
    { FUNCTION(getevent), .optional = true },
};

/* Where to look, in the system's folder. */
static const wchar_t *const places[] = { L"\\Npcap\\wpcap.dll", L"\\wpcap.dll" };

static SRWLOCK lock = SRWLOCK_INIT;
static struct ipfunnel__pcap_api table;       /* complete once `loaded` */
static bool loaded;

static char *utf8(const wchar_t *wide, char out[2 * PATH_ROOM])
{
    if (!WideCharToMultiByte(CP_UTF8, 0, wide, -1, out, 2 * PATH_ROOM, NULL, NULL))
        strcpy(out, "wpcap.dll");
    return out;
}

static int absent(ipfunnel_error *error, const wchar_t *system)
{
    char text[2 * PATH_ROOM];
    ipfunnel__fail(error, IPFUNNEL_EUNAVAILABLE, ERROR_MOD_NOT_FOUND, "LoadLibrary",
                   "Npcap is not installed: there is no wpcap.dll in %s, nor in its folder Npcap", utf8(system, text));
    return ipfunnel__remedy(error, "install Npcap (https://npcap.com); sio_rcvall and savefile need no driver");
}

static int not_loaded(ipfunnel_error *error, const wchar_t *path, DWORD code)
{
    char text[2 * PATH_ROOM], why[128];
    ipfunnel__fail(error, IPFUNNEL_EUNAVAILABLE, (int)code, "LoadLibrary", "cannot load %s: %s", utf8(path, text),
                   ipfunnel__os_error_text((int)code, why, sizeof why));
    return ipfunnel__remedy(error, "install Npcap again (https://npcap.com)");
}

static int too_old(ipfunnel_error *error, const wchar_t *path, const char *function)
{
    char text[2 * PATH_ROOM];
    ipfunnel__fail(error, IPFUNNEL_EUNAVAILABLE, ERROR_PROC_NOT_FOUND, "GetProcAddress",
                   "%s is too old: it has no %s", utf8(path, text), function);
    return ipfunnel__remedy(error, "install Npcap (https://npcap.com) in the place of WinPcap");
}

/* Loads without asking the user what to do about damage. The folders of its own dependencies are its own and the
 * system's; Windows 7 without its updates cannot be told so, but puts the former first. */
static HMODULE load(const wchar_t *path)
{
    bool knows_folders = GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "AddDllDirectory") != NULL;
    DWORD before = 0;
    SetThreadErrorMode(SEM_FAILCRITICALERRORS, &before);
    HMODULE module = LoadLibraryExW(path, NULL, knows_folders ? LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR
                                                                    | LOAD_LIBRARY_SEARCH_SYSTEM32
                                                              : LOAD_WITH_ALTERED_SEARCH_PATH);
    DWORD code = GetLastError();
    SetThreadErrorMode(before, NULL);
    SetLastError(code);
    return module;
}

/* Under whatever path: Wine puts its own library in the place of others. */
static bool is_npcap(HMODULE module)
{
    static const char begin[] = "Npcap version ";
    const char *(*lib_version)(void) = NULL;
    FARPROC function = GetProcAddress(module, "pcap_lib_version");
    memcpy(&lib_version, &function, sizeof function);
    const char *version = lib_version ? lib_version() : NULL;
    return version && strncmp(version, begin, sizeof begin - 1) == 0;
}

static int look_up(struct ipfunnel__pcap_api *api, HMODULE module, const wchar_t *path, ipfunnel_error *error)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        FARPROC function = GetProcAddress(module, functions[i].name);
        if (!function && !functions[i].optional)
            return too_old(error, path, functions[i].name);
        memcpy((char *)api + functions[i].at, &function, sizeof function);
    }
    if (!is_npcap(module))
        api->getevent = NULL;         /* Wine has a function of this name that ends the program */
    return IPFUNNEL_OK;
}

static int try_place(struct ipfunnel__pcap_api *api, const wchar_t *path, ipfunnel_error *error)
{
    HMODULE module = load(path);
    if (!module)
        return not_loaded(error, path, GetLastError());
    int status = look_up(api, module, path, error);
    if (status)
        FreeLibrary(module);
    return status;
}

/* The first that can be used; else what is wrong with the first that is there. */
static int find(struct ipfunnel__pcap_api *api, ipfunnel_error *error)
{
    wchar_t system[MAX_PATH + 1], path[PATH_ROOM];
    ipfunnel_error reason;
    int status = IPFUNNEL_OK;
    UINT length = GetSystemDirectoryW(system, MAX_PATH);
    if (length == 0 || length >= MAX_PATH)
        return not_loaded(error, L"wpcap.dll", GetLastError());
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        wcscpy(path, system);
        wcscat(path, places[i]);
        if (GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES)
            continue;
        *api = (struct ipfunnel__pcap_api){ .asks_permission_first = false };
        if (try_place(api, path, &reason) == IPFUNNEL_OK)
            return IPFUNNEL_OK;
        if (!status)
            *error = reason;
        status = error->status;
    }
    return status ? status : absent(error, system);
}

const struct ipfunnel__pcap_api *ipfunnel__pcap_api(ipfunnel_error *error)
{
    AcquireSRWLockExclusive(&lock);
    if (!loaded)
        loaded = find(&table, error) == IPFUNNEL_OK;
    bool usable = loaded;
    ReleaseSRWLockExclusive(&lock);
    return usable ? &table : NULL;
}

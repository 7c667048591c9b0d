/* planted_library_windows.c - a library that somebody put where it does not belong: to be loaded is all it does, and
 * the file that PLANTED_LOG names tells. */
#include <stdlib.h>
#include <windows.h>

__declspec(dllexport) void planted(void);
BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, LPVOID reserved);

void planted(void)
{
}

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, LPVOID reserved)
{
    (void)reserved;
    char path[MAX_PATH + 2] = "";
    const char *log = getenv("PLANTED_LOG");
    DWORD done = 0;
    if (reason != DLL_PROCESS_ATTACH || !log)
        return TRUE;
    GetModuleFileNameA(self, path, MAX_PATH);
    lstrcatA(path, "\n");
    HANDLE file = CreateFileA(log, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, 0, NULL);
    WriteFile(file, path, (DWORD)lstrlenA(path), &done, NULL);
    CloseHandle(file);
    return TRUE;
}

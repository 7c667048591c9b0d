/* packet_double_windows.c - in the place of the Packet.dll on which Npcap's wpcap.dll depends: says where it was loaded
 * from. */
#include <windows.h>

static char place[MAX_PATH];

__declspec(dllexport) const char *packet_double_place(void);
BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, LPVOID reserved);

const char *packet_double_place(void)
{
    return place;
}

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, LPVOID reserved)
{
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH)
        GetModuleFileNameA(self, place, sizeof place);
    return TRUE;
}

#include "signals.h"
#include <windows.h>

/* The console calls its handler in a thread of its own: the list of captures is guarded, because a capture must not
 * be closed while it is being interrupted. */
static SRWLOCK lock = SRWLOCK_INIT;
static ipfunnel *const *watched;
static int watched_count;
static volatile LONG stop;

static BOOL WINAPI handle(DWORD event)
{
    if (InterlockedExchange(&stop, 1))
        return FALSE;                   /* the second request: the system ends the process */
    AcquireSRWLockShared(&lock);
    for (int i = 0; i < watched_count; i++)
        ipfunnel_interrupt(watched[i]);
    ReleaseSRWLockShared(&lock);
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
        Sleep(5000);                    /* the system ends the process when this returns: let it end by itself */
    return TRUE;
}

void signals_start(void)
{
    SetConsoleCtrlHandler(handle, TRUE);
}

void signals_watch(ipfunnel *const captures[], int n)
{
    AcquireSRWLockExclusive(&lock);
    watched = captures;
    watched_count = n;
    ReleaseSRWLockExclusive(&lock);
}

bool signals_stop(void)
{
    return InterlockedCompareExchange(&stop, 0, 0) != 0;
}

bool signals_take_report(void)
{
    return false;
}

bool signals_take_flush(void)
{
    return false;
}

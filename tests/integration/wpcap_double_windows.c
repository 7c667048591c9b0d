/* wpcap_double_windows.c - in the place of Npcap's wpcap.dll, where Npcap would put it: captures nothing, but hands out
 * a datagram ten times a second and sets the event of pcap_getevent for it, by itself. Leaves out most functions that
 * ipfunnel can do without. When a capture ends it says in the file that WPCAP_DOUBLE_LOG names how it was used. */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

__declspec(dllimport) const char *packet_double_place(void);       /* of Packet.dll, which has to lie beside it */

enum { MOST = 64, PERIOD_MS = 100 };

/* UDP from 10.0.0.1 to 10.0.0.2, with nothing in it. */
static const u_char datagram[28] = {
    0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0x0f, 0xa0, 0x0f, 0xa1, 0, 8, 0, 0,
};

struct pcap {
    char device[128];
    HANDLE event, thread, end;
    LONG arrived;                         /* by the thread */
    LONG given;
    int looks, immediate, nonblocking;
    struct pcap_pkthdr header;
};

pcap_t *pcap_create(const char *device, char *text)
{
    pcap_t *p = calloc(1, sizeof *p);
    if (!p)
        strcpy(text, "out of memory");
    else
        snprintf(p->device, sizeof p->device, "%s", device);
    return p;
}

int pcap_set_snaplen(pcap_t *p, int bytes) { return (void)p, (void)bytes, 0; }
int pcap_set_promisc(pcap_t *p, int on) { return (void)p, (void)on, 0; }
int pcap_set_timeout(pcap_t *p, int ms) { return (void)p, (void)ms, 0; }
int pcap_set_buffer_size(pcap_t *p, int bytes) { return (void)p, (void)bytes, 0; }
int pcap_set_immediate_mode(pcap_t *p, int on) { return p->immediate = on, 0; }
int pcap_setnonblock(pcap_t *p, int on, char *text) { return (void)text, p->nonblocking = on, 0; }
pcap_t *pcap_open_offline(const char *path, char *text) { return (void)path, strcpy(text, "no files"), NULL; }
int pcap_datalink(pcap_t *p) { return (void)p, DLT_RAW; }
const char *pcap_datalink_val_to_name(int dlt) { return (void)dlt, "RAW"; }
int pcap_snapshot(pcap_t *p) { return (void)p, 262144; }
char *pcap_geterr(pcap_t *p) { static char none[] = ""; return (void)p, none; }
const char *pcap_statustostr(int code) { return code == PCAP_ERROR_NO_SUCH_DEVICE ? "no such device" : "error"; }
const char *pcap_lib_version(void) { return "Npcap version 0.0, a double"; }
HANDLE pcap_getevent(pcap_t *p) { return p->event; }

static DWORD WINAPI arrive(void *context)
{
    pcap_t *p = context;
    while (WaitForSingleObject(p->end, PERIOD_MS) == WAIT_TIMEOUT && p->arrived < MOST) {
        InterlockedIncrement(&p->arrived);
        SetEvent(p->event);
    }
    return 0;
}

int pcap_activate(pcap_t *p)
{
    if (strncmp(p->device, "\\Device\\NPF_{", 13) != 0 && strcmp(p->device, "\\Device\\NPF_Loopback") != 0)
        return PCAP_ERROR_NO_SUCH_DEVICE;
    p->event = CreateEventW(NULL, TRUE, FALSE, NULL);
    p->end = CreateEventW(NULL, TRUE, FALSE, NULL);
    p->thread = CreateThread(NULL, 0, arrive, p, 0, NULL);
    return p->thread ? 0 : PCAP_ERROR;
}

/* As the driver does it: the event is cleared, then what is there is taken. */
int pcap_dispatch(pcap_t *p, int count, pcap_handler function, u_char *user)
{
    FILETIME now;
    int shown = 0;
    p->looks++;
    ResetEvent(p->event);
    while (p->nonblocking && shown < count && p->given < InterlockedCompareExchange(&p->arrived, 0, 0)) {
        p->given++;
        GetSystemTimeAsFileTime(&now);
        unsigned long long ticks = (unsigned long long)now.dwHighDateTime << 32 | now.dwLowDateTime;
        unsigned long long us = (ticks - 116444736000000000) / 10;
        p->header.ts.tv_sec = (long)(us / 1000000);
        p->header.ts.tv_usec = (long)(us % 1000000);
        p->header.len = p->header.caplen = sizeof datagram;
        function(user, &p->header, datagram);
        shown++;
    }
    return shown;
}

int pcap_stats(pcap_t *p, struct pcap_stat *counters)
{
    counters->ps_recv = (u_int)p->arrived;
    counters->ps_drop = counters->ps_ifdrop = 0;
    return 0;
}

static void write_log(const pcap_t *p)
{
    const char *path = getenv("WPCAP_DOUBLE_LOG");
    FILE *log = path ? fopen(path, "a") : NULL;
    if (!log)
        return;
    fprintf(log, "device %s given %ld looks %d immediate %d packet.dll %s\n", p->device, p->given, p->looks,
            p->immediate, packet_double_place());
    fclose(log);
}

void pcap_close(pcap_t *p)
{
    if (p->thread) {
        SetEvent(p->end);
        WaitForSingleObject(p->thread, INFINITE);
        CloseHandle(p->thread);
    }
    if (p->given)
        write_log(p);
    CloseHandle(p->event);
    CloseHandle(p->end);
    free(p);
}

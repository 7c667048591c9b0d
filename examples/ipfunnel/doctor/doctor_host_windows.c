/* doctor_host_windows.c - what Windows tells about itself. Run under Wine only so far, which has no firewall. */
#include "doctor_host.h"
#include "firewall_rule.h"
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static const char topic[] = "system";

typedef void (*any_function)(void);

static any_function system_function(const wchar_t *library, const char *name)
{
    HMODULE module = LoadLibraryW(library);     /* known to the system: never one from the current folder */
    return module ? (any_function)GetProcAddress(module, name) : NULL;
}

static const char *wine_version(void)
{
    typedef const char *(*version_function)(void);
    version_function version = (version_function)system_function(L"ntdll.dll", "wine_get_version");
    return version ? version() : NULL;
}

void host_describe(struct host_system *s)
{
    typedef LONG(WINAPI * version_function)(OSVERSIONINFOW *);
    version_function get = (version_function)system_function(L"ntdll.dll", "RtlGetVersion");
    OSVERSIONINFOW v = { .dwOSVersionInfoSize = sizeof v };
    const char *wine = wine_version();
    SYSTEM_INFO info;
    char claimed[64] = "";

    if (get && get(&v) >= 0)
        snprintf(claimed, sizeof claimed, "%lu.%lu.%lu", v.dwMajorVersion, v.dwMinorVersion, v.dwBuildNumber);
    *s = (struct host_system){ .name = "Windows" };
    if (wine) {
        snprintf(s->name, sizeof s->name, "Wine");
        snprintf(s->version, sizeof s->version, "%.24s, which is not Windows but claims to be %s", wine, claimed);
    } else {
        snprintf(s->version, sizeof s->version, "%s", claimed);
    }
    GetNativeSystemInfo(&info);
    snprintf(s->machine, sizeof s->machine, "%s",
             info.wProcessorArchitecture == PROCESSOR_ARCHITECTURE_AMD64   ? "x86_64"
             : info.wProcessorArchitecture == PROCESSOR_ARCHITECTURE_INTEL ? "x86"
             : info.wProcessorArchitecture == 12                           ? "arm64"
                                                                           : "unknown");
}

void host_up_remedy(struct finding *one, const char *interface_name)
{
    finding_remedy(one, "enable it: netsh interface set interface \"%s\" enabled", interface_name);
}

static bool utf8(const wchar_t *wide, char *out, int size)
{
    return WideCharToMultiByte(CP_UTF8, 0, wide, -1, out, size, NULL, NULL) > 0;
}

/* The registry, looked up at run time: this program needs no library for it otherwise. */
struct registry {
    LSTATUS(WINAPI *open)(HKEY, const wchar_t *, DWORD, REGSAM, HKEY *);
    LSTATUS(WINAPI *get)(HKEY, const wchar_t *, DWORD *, DWORD *, BYTE *, DWORD *);
    LSTATUS(WINAPI *value)(HKEY, DWORD, wchar_t *, DWORD *, DWORD *, DWORD *, BYTE *, DWORD *);
    LSTATUS(WINAPI *close)(HKEY);
};

static bool find_registry(struct registry *r)
{
    any_function open = system_function(L"advapi32.dll", "RegOpenKeyExW");
    any_function get = system_function(L"advapi32.dll", "RegQueryValueExW");
    any_function value = system_function(L"advapi32.dll", "RegEnumValueW");
    any_function close = system_function(L"advapi32.dll", "RegCloseKey");

    r->open = (LSTATUS(WINAPI *)(HKEY, const wchar_t *, DWORD, REGSAM, HKEY *))open;
    r->get = (LSTATUS(WINAPI *)(HKEY, const wchar_t *, DWORD *, DWORD *, BYTE *, DWORD *))get;
    r->value = (LSTATUS(WINAPI *)(HKEY, DWORD, wchar_t *, DWORD *, DWORD *, DWORD *, BYTE *, DWORD *))value;
    r->close = (LSTATUS(WINAPI *)(HKEY))close;
    return open && get && value && close;
}

#define POLICY L"SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\"

/* Profiles in which the firewall is on; -1: it cannot be known. */
static int firewall_profiles_on(const struct registry *r)
{
    static const wchar_t *const profiles[] = {
        POLICY L"DomainProfile", POLICY L"StandardProfile", POLICY L"PublicProfile",
    };
    int on = 0, known = 0;

    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        DWORD enabled = 0, size = sizeof enabled, type = 0;
        HKEY key;
        if (r->open(HKEY_LOCAL_MACHINE, profiles[i], 0, KEY_READ, &key) != ERROR_SUCCESS)
            continue;
        if (r->get(key, L"EnableFirewall", NULL, &type, (BYTE *)&enabled, &size) == ERROR_SUCCESS &&
            type == REG_DWORD) {
            known++;
            on += enabled != 0;
        }
        r->close(key);
    }
    return known ? on : -1;
}

/* What the rules of this machine (not those of a domain) say about the program. */
static enum firewall_rule rules_about(const struct registry *r, const char *program)
{
    enum { NAME = 512, RULE = 8192 };
    wchar_t *name = malloc(NAME * sizeof *name), *rule = malloc((RULE + 1) * sizeof *rule);
    char *text = malloc(3 * RULE);
    enum firewall_rule all = FIREWALL_RULE_OTHER;
    LSTATUS status = ERROR_SUCCESS;
    HKEY key;

    if (name && rule && text && r->open(HKEY_LOCAL_MACHINE, POLICY L"FirewallRules", 0, KEY_READ, &key) == 0) {
        for (DWORD i = 0; status == ERROR_SUCCESS || status == ERROR_MORE_DATA; i++) {
            DWORD name_size = NAME, size = RULE * sizeof *rule, type = 0;
            enum firewall_rule one;
            status = r->value(key, i, name, &name_size, NULL, &type, (BYTE *)rule, &size);
            if (status != ERROR_SUCCESS || type != REG_SZ)
                continue;
            rule[size / sizeof *rule] = 0;
            one = utf8(rule, text, 3 * RULE) ? firewall_rule_read(text, program) : FIREWALL_RULE_OTHER;
            all = one > all ? one : all;
        }
        r->close(key);
    }
    free(name);
    free(rule);
    free(text);
    return all;
}

static void look_at_firewall(struct findings *f)
{
    static const char id[] = "firewall";
    wchar_t wide[MAX_PATH] = L"";
    char program[MAX_PATH * 3] = "ipfunnel.exe";
    struct finding *one;
    struct registry r;
    int on = find_registry(&r) ? firewall_profiles_on(&r) : -1;
    enum firewall_rule rule = FIREWALL_RULE_OTHER;
    DWORD length = GetModuleFileNameW(NULL, wide, MAX_PATH);

    if (length && length < MAX_PATH && utf8(wide, program, sizeof program) && on > 0)
        rule = rules_about(&r, program);
    if (on == 0) {
        finding_add(f, topic, id, FINDING_OK, "the Windows firewall is switched off: it hides nothing");
        return;
    }
    if (rule == FIREWALL_RULE_ALLOWS) {
        finding_add(f, topic, id, FINDING_OK, "the Windows firewall has a rule that lets datagrams in to this program");
        return;
    }
    one = finding_add(f, topic, id, FINDING_NOTE, rule == FIREWALL_RULE_BLOCKS
                      ? "a rule of the Windows firewall blocks this program: with sio_rcvall what comes in is hidden"
                      : on > 0 ? "the Windows firewall is on and has no rule for this program: with sio_rcvall much or "
                                 "all of what comes in is hidden"
                               : "whether the Windows firewall hides from sio_rcvall what comes in cannot be known "
                                 "here");
    finding_remedy(one, "as administrator%s: netsh advfirewall firewall add rule name=\"ipfunnel\" dir=in action=allow "
                   "program=\"%s\" enable=yes (in PowerShell also: New-NetFirewallRule -DisplayName ipfunnel "
                   "-Direction Inbound -Action Allow -Program \"%s\")",
                   rule == FIREWALL_RULE_BLOCKS ? ", after deleting the rule that blocks" : "", program, program);
}

static bool npcap_is_installed(void)
{
    static const wchar_t *const files[] = { L"\\Npcap\\wpcap.dll", L"\\wpcap.dll" };
    wchar_t path[MAX_PATH + 32];
    UINT length = GetSystemDirectoryW(path, MAX_PATH);

    for (size_t i = 0; length && length < MAX_PATH && i < sizeof files / sizeof files[0]; i++) {
        wcscpy(path + length, files[i]);
        if (GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES)
            return true;
    }
    return false;
}

void host_findings(struct findings *f, const ipfunnel_interface *interface, bool rcvall)
{
    (void)interface;
    if (wine_version()) {
        finding_remedy(finding_add(f, topic, "wine", FINDING_NOTE, "this is Wine, not Windows: it has no SIO_RCVALL, "
                                   "and nothing found here says anything about Windows"), "run it on Windows");
        return;
    }
    if (!rcvall)
        return;
    look_at_firewall(f);
    finding_remedy(finding_add(f, topic, "fast_path", FINDING_NOTE, "a TCP connection over loopback whose both ends "
                               "switched SIO_LOOPBACK_FAST_PATH on bypasses the IP layer: sio_rcvall does not see it"),
                   "leave the fast path off in the program at either end; see ipfunnel ioctl loopback_fast_path");
    if (npcap_is_installed())
        finding_remedy(finding_add(f, topic, "npcap", FINDING_NOTE, "Npcap or WinPcap is installed: while sio_rcvall "
                                   "captures in mode on, they record each sent frame of that interface twice"),
                       "capture with one of the two at a time");
    else
        finding_add(f, topic, "npcap", FINDING_OK, "no Npcap is installed, which an open raw socket would make record "
                    "what is sent twice");
}

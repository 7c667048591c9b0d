/* joined_handle_windows.c - the handle is a waitable timer: ready from the moment that it is set to, until it is set
 * anew. Threads of the system wait for the members and set it to now; a member is waited for again once the alarm is
 * set after that. The tests run this under Wine; it has not run on Windows itself. */
#include "os.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <windows.h>

enum { MEMBERS = 4 };

struct member {
    HANDLE timer, object, wait;       /* object NULL: free */
    atomic_bool noticed;              /* no longer waited for */
};

/* What ipfunnel__joined.alarm points to. */
struct members {
    struct member all[MEMBERS];
};

/* In steps of 100 ns, those below 0 from now on. Setting it ends that it is ready. */
static void set_timer(HANDLE timer, int64_t steps)
{
    LARGE_INTEGER due = { .QuadPart = steps };
    SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE);
}

static void set_to_now(HANDLE timer) { set_timer(timer, 0); }

/* Noticed first: whoever sets the alarm in between sees that, and waits for the object again. */
static void CALLBACK notice(void *context, BOOLEAN timed_out)
{
    struct member *m = context;
    (void)timed_out;
    atomic_store(&m->noticed, true);
    set_to_now(m->timer);
}

static DWORD wait_for(struct member *m)
{
    atomic_store(&m->noticed, false);
    if (RegisterWaitForSingleObject(&m->wait, m->object, notice, m, INFINITE,
                                    WT_EXECUTEONLYONCE | WT_EXECUTEINWAITTHREAD))
        return 0;
    m->wait = NULL;
    return GetLastError();
}

/* Returns when no call of `notice` is under way any more. */
static void wait_no_more(struct member *m)
{
    if (m->wait)
        UnregisterWaitEx(m->wait, INVALID_HANDLE_VALUE);
    m->wait = NULL;
}

static struct members *members_of(const struct ipfunnel__joined *j) { return (struct members *)j->alarm; }

static struct member *member_of(const struct ipfunnel__joined *j, HANDLE object)
{
    struct members *members = members_of(j);
    for (int i = 0; i < MEMBERS; i++)
        if (members->all[i].object == object)
            return &members->all[i];
    return NULL;
}

/* Windows 10 1803 and later keep time to half a millisecond if asked to, others to a tick of 1 to 16 ms. */
static HANDLE make_timer(void)
{
    const DWORD high_resolution = 2, manual_reset = 1;
    HANDLE timer = CreateWaitableTimerExW(NULL, NULL, manual_reset | high_resolution, TIMER_ALL_ACCESS);
    return timer ? timer : CreateWaitableTimerExW(NULL, NULL, manual_reset, TIMER_ALL_ACCESS);
}

int ipfunnel__joined_make(struct ipfunnel__joined *j, bool with_alarm)
{
    (void)with_alarm;
    *j = (struct ipfunnel__joined){ .handle = -1, .alarm = -1, .alarm_at = INT64_MAX };
    HANDLE timer = make_timer();
    if (!timer)
        return (int)GetLastError();
    j->handle = (intptr_t)timer;
    struct members *members = calloc(1, sizeof *members);
    if (!members)
        return ERROR_NOT_ENOUGH_MEMORY;
    j->alarm = (intptr_t)members;
    return 0;
}

int ipfunnel__joined_add(const struct ipfunnel__joined *j, intptr_t object)
{
    struct member *m = member_of(j, NULL);
    if (!m)
        return ERROR_NOT_ENOUGH_QUOTA;
    m->timer = (HANDLE)j->handle;
    m->object = (HANDLE)object;
    DWORD code = wait_for(m);
    if (code)
        m->object = NULL;
    return (int)code;
}

void ipfunnel__joined_remove(const struct ipfunnel__joined *j, intptr_t object)
{
    struct member *m = member_of(j, (HANDLE)object);
    if (!m)
        return;
    wait_no_more(m);
    m->object = NULL;
}

void ipfunnel__joined_notice(const struct ipfunnel__joined *j)
{
    set_to_now((HANDLE)j->handle);
}

void ipfunnel__joined_alarm(struct ipfunnel__joined *j, int64_t monotonic_ns)
{
    const int64_t year_ns = INT64_C(365) * 86400 * 1000000000;
    if (monotonic_ns <= 0 && j->alarm_at <= 0)
        return;                       /* ready, and to stay so */
    j->alarm_at = monotonic_ns;
    int64_t left = monotonic_ns <= 0 ? 0 : monotonic_ns - ipfunnel__os_monotonic_ns();
    left = left > year_ns ? year_ns : left;
    if (left <= 0)
        set_to_now((HANDLE)j->handle);
    else
        set_timer((HANDLE)j->handle, -((left + 99) / 100));
    struct members *members = members_of(j);
    for (int i = 0; i < MEMBERS; i++) {
        struct member *m = &members->all[i];
        if (!m->object || !atomic_load(&m->noticed))
            continue;
        wait_no_more(m);
        if (wait_for(m))
            set_to_now((HANDLE)j->handle);      /* ready for nothing is better than unready for ever */
    }
}

void ipfunnel__joined_close(struct ipfunnel__joined *j)
{
    for (int i = 0; i < MEMBERS && j->alarm != -1; i++)
        wait_no_more(&members_of(j)->all[i]);
    if (j->alarm != -1)
        free(members_of(j));
    if (j->handle != -1)
        CloseHandle((HANDLE)j->handle);
    *j = (struct ipfunnel__joined){ .handle = -1, .alarm = -1 };
}

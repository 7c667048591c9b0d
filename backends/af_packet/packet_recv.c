/* recv: frames out of the ring, in their places among them events and the statuses that end a capture, and the waiting
 * and pausing while there are none. */
#include "packet_capture.h"
#include "packet_socket.h"
#include <errno.h>
#include <sys/socket.h>

static const int64_t MILLISECOND = 1000000;

/* How often to look whether an interface that is down was deleted: nothing else tells. */
static const int64_t DOWN_TICK = 50 * MILLISECOND;

/* How late a timer of the kernel may be. */
static const int64_t TIMER_LATE = 50 * MILLISECOND;

static void wake_now(struct ipfunnel__packet_capture *c)
{
    ipfunnel__wakeup_at(&c->wakeup, 0);
}

/* Events are due after what the kernel had accepted when they were noticed: read them first, the counters then. */
static void date_events(struct ipfunnel__packet_capture *c, uint32_t count)
{
    if (count == 0)
        return;
    ipfunnel__packet_ring_count(&c->ring);
    ipfunnel__interface_events_date(&c->events, count, c->ring.counts.accepted);
    wake_now(c);
}

static void notice_events(struct ipfunnel__packet_capture *c)
{
    date_events(c, ipfunnel__interface_events_notice(&c->events));
}

/* Where the kernel does not tell how much it accepted, blocks that it retires by time had the time for that. */
static bool all_returned(struct ipfunnel__packet_capture *c, int64_t now)
{
    ipfunnel__packet_ring_count(&c->ring);
    if (c->ring.counts.unknown)
        return now - c->stopped_ns >= 2 * c->ring.latency_us * INT64_C(1000) + TIMER_LATE;
    return c->ring.walked >= c->ring.counts.accepted;
}

/* What recv has to say when the ring has nothing for it. Sets the alarm: ready while there is a status to return, else
 * for the next moment at which to ask again. */
static int status_now(struct ipfunnel__packet_capture *c, ipfunnel_error *error)
{
    int64_t now = ipfunnel__os_monotonic_ns();
    if (c->wakeup.alarm_at > now)
        return 0;
    if (ipfunnel__interface_events_due(&c->events) <= c->ring.walked)
        return IPFUNNEL_EVENT;
    if (c->down) {
        enum ipfunnel__packet_interface interface = ipfunnel__packet_interface_state(c->fd);
        c->gone = interface == IPFUNNEL__PACKET_GONE;
        c->down = interface == IPFUNNEL__PACKET_DOWN;
        if (c->gone) {
            notice_events(c);
            date_events(c, ipfunnel__interface_events_gone(&c->events));
            if (ipfunnel__interface_events_due(&c->events) <= c->ring.walked)
                return IPFUNNEL_EVENT;
        }
    }
    int64_t look_again = c->down ? now + DOWN_TICK : IPFUNNEL__NEVER;
    if (c->mode == IPFUNNEL_MODE_OFF || c->gone) {
        if (!all_returned(c, now))                   /* the rest is in a block that the kernel retires by time */
            look_again = now + c->ring.latency_us * INT64_C(1000) + MILLISECOND;
        else if (c->mode == IPFUNNEL_MODE_OFF)
            return IPFUNNEL_END;
        else
            return ipfunnel__packet_fail(error, ENODEV, "getsockname", "go on capturing",
                                         c->request->interface_name);
    }
    ipfunnel__wakeup_at(&c->wakeup, look_again);
    return 0;
}

/* An interface that goes down leaves ENETDOWN behind, once; the capture goes on by itself when it comes back. */
static int fetch_error(struct ipfunnel__packet_capture *c, ipfunnel_error *error)
{
    int code = c->ring.socket_error;
    socklen_t size = sizeof code;
    c->ring.socket_error = 0;
    if (!code && getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &code, &size))
        code = errno;
    if (code != 0 && code != ENETDOWN)
        return ipfunnel__packet_fail(error, code, "packet socket", "go on capturing", c->request->interface_name);
    c->down = true;
    c->stopped_ns = ipfunnel__os_monotonic_ns();
    wake_now(c);
    return IPFUNNEL_OK;
}

static int take_frames(struct ipfunnel__packet_capture *c, struct ipfunnel__frame *frames, int max)
{
    bool was_walking = c->ring.walking;
    uint32_t held = c->ring.held;
    uint64_t due = ipfunnel__interface_events_due(&c->events);
    if (due <= c->ring.walked)
        max = 0;
    else if (due - c->ring.walked < (uint64_t)max)
        max = (int)(due - c->ring.walked);
    c->ring.walk_to = due;
    int count = ipfunnel__packet_ring_take(&c->ring, frames, max);
    c->facts->alike = c->ring.alike;
    if (c->events.fd >= 0 && count > 0 && (!was_walking || c->ring.held != held))
        notice_events(c);                         /* once per block: a busy capture never waits for news */
    if (ipfunnel__interface_events_due(&c->events) <= c->ring.walked)
        wake_now(c);
    return count;
}

/* Frames that come meanwhile wake nobody. Returns whether there was a pause. */
static bool rest(struct ipfunnel__packet_capture *c, int64_t deadline)
{
    int64_t now = ipfunnel__os_monotonic_ns(), pause;
    if (c->pace.pause_ns) {
        pause = ipfunnel__pace_pause(&c->pace, now, c->ring.walked);
    } else {
        pause = ipfunnel__pace_blocks(&c->ring.filling, c->ring.cell_count, c->request->latency_us * INT64_C(1000),
                                      ipfunnel__os_wall_ns());
        c->ring.filling.fills_in_ns = 0;
    }
    if (pause == 0 || deadline - now < pause)
        return false;
    ipfunnel__wakeup_rest(pause);
    return true;
}

int ipfunnel__packet_recv(void *state, struct ipfunnel__frame *frames, int max, int timeout_ms, ipfunnel_error *error)
{
    struct ipfunnel__packet_capture *c = state;
    int64_t deadline = IPFUNNEL__NEVER;
    bool late = false;
    for (;;) {
        int count = take_frames(c, frames, max);
        if (count > 0)
            return count;
        ipfunnel__packet_ring_release(&c->ring);  /* blocks without a frame would be announced for ever */
        int status = c->ring.socket_error ? fetch_error(c, error) : IPFUNNEL_OK;
        if (!status)
            status = status_now(c, error);
        if (status || late)
            return status;

        if (deadline == IPFUNNEL__NEVER && timeout_ms >= 0)
            deadline = ipfunnel__os_monotonic_ns() + timeout_ms * MILLISECOND;
        if ((c->pace.pause_ns || c->ring.filling.fills_in_ns) && rest(c, deadline))
            continue;
        uint32_t ready = ipfunnel__wakeup_wait(&c->wakeup, deadline);
        late = deadline != IPFUNNEL__NEVER && ipfunnel__os_monotonic_ns() >= deadline;
        if (ready & IPFUNNEL__WAKE_SIGNAL) {
            ipfunnel__signal_clear(&c->interrupt);
            return 0;
        }
        if (ready & IPFUNNEL__WAKE_ERROR && (status = fetch_error(c, error)) != 0)
            return status;
        if (ready & IPFUNNEL__WAKE_LINK)
            notice_events(c);
    }
}

#define _GNU_SOURCE
#include "overload_senders_posix.h"
#include "live_posix.h"
#include <errno.h>
#include <linux/if_packet.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

/* Is the frame part of what passed? A frame that the other end of the pair had no room for passed this one. While the
 * interface is down none does, and the same number is sent again. */
static void send_one(struct sender *s, uint8_t *room)
{
    uint32_t number = atomic_load(&s->begun);
    size_t length = unit_frame(room, s->number, number);
    ssize_t sent;
    atomic_store(&s->begun, number + 1);
    while ((sent = send(s->fd, room, length, 0)) < 0 && errno == ENETDOWN && !atomic_load(&s->all->hold))
        sched_yield();
    if (sent < 0 && errno == ENETDOWN) {
        atomic_store(&s->begun, number);
        return;
    }
    if (sent < 0 && errno != ENOBUFS)
        fprintf(stderr, "send, frame %u of %zu bytes: %s\n", number, length, strerror(errno));
    CHECK(sent == (ssize_t)length || errno == ENOBUFS);
    if (sent > 0 || s->all->seen_there) {
        enum unit_kind kind = unit_at(s->number, number).kind;
        s->sent[kind]++;
        s->selected += kind == UNIT_PLAIN && unit_selected(s->number, number, 0);
    }
    atomic_store(&s->done, number + 1);
}

static void *send_all(void *argument)
{
    static _Thread_local uint8_t room[UNIT_ROOM];
    struct sender *s = argument;
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(s->cpu, &cpus);
    sched_setaffinity(0, sizeof cpus, &cpus);             /* where it is refused they share what there is */
    while (atomic_load(&s->begun) < s->all->each) {
        if (!atomic_load(&s->all->hold)) {
            send_one(s, room);
            continue;
        }
        atomic_store(&s->held, true);
        while (atomic_load(&s->all->hold))
            sched_yield();
        atomic_store(&s->held, false);
    }
    atomic_store(&s->over, true);
    return NULL;
}

static int socket_for_units(const char *interface_name)
{
    int fd = sender_on(interface_name), yes = 1;
    CHECK_INT(setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof yes), 0);
    return fd;
}

bool senders_know_udp_supers(const char *interface_name)
{
    static uint8_t room[UNIT_ROOM];
    int fd = socket_for_units(interface_name);
    uint32_t number = 0;
    while (unit_at(0, number).kind != UNIT_SUPER || unit_at(0, number).tcp)
        number++;
    ssize_t sent = send(fd, room, unit_frame(room, 0, number), 0);
    CHECK(sent > 0 || errno == EINVAL || errno == ENOBUFS);
    bool known = sent > 0 || errno == ENOBUFS;
    close(fd);
    return known;
}

static void prepare(struct senders *all, uint32_t number)
{
    all->of[number] = (struct sender){ .all = all, .number = number, .cpu = number,
                                       .fd = socket_for_units(all->interface_name) };
}

void senders_start(struct senders *s)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    s->count = online < 2 ? 2 : online > MOST_SENDERS ? MOST_SENDERS : (int)online;
    prepare(s, CLOSER);
    for (int i = 0; i < s->count; i++) {
        prepare(s, (uint32_t)i);
        s->of[i].cpu = (uint32_t)(i % (online > 0 ? online : 1));
        CHECK_INT(pthread_create(&s->of[i].thread, NULL, send_all, &s->of[i]), 0);
    }
}

bool senders_are_over(struct senders *s)
{
    for (int i = 0; i < s->count; i++)
        if (!atomic_load(&s->of[i].over))
            return false;
    return true;
}

void senders_hold(struct senders *s)
{
    atomic_store(&s->hold, true);
    for (int i = 0; i < s->count; i++)
        while (!atomic_load(&s->of[i].held) && !atomic_load(&s->of[i].over))
            sched_yield();
}

void senders_go_on(struct senders *s)
{
    atomic_store(&s->hold, false);
    for (int i = 0; i < s->count; i++)
        while (atomic_load(&s->of[i].held))
            sched_yield();
}

void senders_end(struct senders *s)
{
    for (int i = 0; i < s->count; i++)
        CHECK_INT(pthread_join(s->of[i].thread, NULL), 0);
}

uint32_t senders_close(struct senders *s)
{
    static uint8_t room[UNIT_ROOM];
    struct sender *closer = &s->of[CLOSER];
    uint32_t number = atomic_load(&closer->begun);
    send_one(closer, room);
    return number;
}

uint64_t senders_sent(const struct senders *s, enum unit_kind kind)
{
    uint64_t sum = s->of[CLOSER].sent[kind];
    for (int i = 0; i < s->count; i++)
        sum += s->of[i].sent[kind];
    return sum;
}

uint64_t senders_selected(const struct senders *s)
{
    uint64_t sum = s->of[CLOSER].selected;
    for (int i = 0; i < s->count; i++)
        sum += s->of[i].selected;
    return sum;
}

uint64_t senders_backlog_losses(void)
{
    unsigned processed, lost;
    uint64_t sum = 0;
    FILE *file = fopen("/proc/net/softnet_stat", "r");
    CHECK(file);
    while (fscanf(file, "%x %x%*[^\n]", &processed, &lost) == 2)
        sum += lost;
    fclose(file);
    return sum;
}

uint64_t senders_begun(struct senders *s)
{
    uint64_t sum = atomic_load(&s->of[CLOSER].begun);
    for (int i = 0; i < s->count; i++)
        sum += atomic_load(&s->of[i].begun);
    return sum;
}

uint64_t senders_done(struct senders *s)
{
    uint64_t sum = atomic_load(&s->of[CLOSER].done);
    for (int i = 0; i < s->count; i++)
        sum += atomic_load(&s->of[i].done);
    return sum;
}

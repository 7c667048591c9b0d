/* link_facts_linux.c - alias, alternative names and traffic by rtnetlink(7): one dump of all links. */
#include "bytes.h"
#include "link_facts.h"
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
    PIECE = 64 * 1024, MOST = 16 * 1024 * 1024,
    PROP_LIST = 52, ALT_IFNAME = 53           /* IFLA_* since Linux 5.5 */
};

struct ipfunnel__link_facts {
    uint8_t *bytes;                           /* messages of the kernel, one after the other */
    size_t size;
};

/* Takes the next message or attribute header apart: what is in it, and moves behind it with its padding. False at the
 * end, and where a length is impossible. */
static bool next_message(struct ipfunnel__cursor *c, struct nlmsghdr *header, struct ipfunnel__cursor *body)
{
    if (ipfunnel__left(c) < sizeof *header)
        return false;
    memcpy(header, c->at, sizeof *header);
    if (header->nlmsg_len < sizeof *header || header->nlmsg_len > ipfunnel__left(c))
        return false;
    *body = ipfunnel__cursor_over(c->at + sizeof *header, header->nlmsg_len - sizeof *header);
    if (!ipfunnel__take(c, NLMSG_ALIGN((size_t)header->nlmsg_len)))
        c->at = c->end;
    return true;
}

static bool next_attribute(struct ipfunnel__cursor *c, uint16_t *type, struct ipfunnel__cursor *body)
{
    struct rtattr attribute;
    if (ipfunnel__left(c) < sizeof attribute)
        return false;
    memcpy(&attribute, c->at, sizeof attribute);
    if (attribute.rta_len < sizeof attribute || attribute.rta_len > ipfunnel__left(c))
        return false;
    *type = (uint16_t)(attribute.rta_type & (unsigned)NLA_TYPE_MASK);
    *body = ipfunnel__cursor_over(c->at + sizeof attribute, attribute.rta_len - sizeof attribute);
    if (!ipfunnel__take(c, RTA_ALIGN((size_t)attribute.rta_len)))
        c->at = c->end;
    return true;
}

/* NULL where the string does not end, or is empty. */
static const char *text_of(const struct ipfunnel__cursor *c)
{
    bool ends = ipfunnel__left(c) > 1 && memchr(c->at, '\0', ipfunnel__left(c));
    return ends && *c->at ? (const char *)c->at : NULL;
}

static void take_names(struct ipfunnel__cursor list, struct ipfunnel__link_fact *out)
{
    struct ipfunnel__cursor body;
    uint16_t type;
    while (out->other_name_count < IPFUNNEL__OTHER_NAMES && next_attribute(&list, &type, &body)) {
        const char *name = type == ALT_IFNAME ? text_of(&body) : NULL;
        if (name)
            out->other_names[out->other_name_count++] = name;
    }
}

static void take_traffic(const struct ipfunnel__cursor *body, struct ipfunnel__link_fact *out)
{
    struct rtnl_link_stats64 traffic;
    const size_t needed = sizeof traffic.rx_packets + sizeof traffic.tx_packets;
    if (ipfunnel__left(body) < needed)
        return;
    memcpy(&traffic, body->at, needed);       /* the first two */
    out->frames = traffic.rx_packets + traffic.tx_packets;
}

struct ipfunnel__link_fact ipfunnel__link_fact_of(const struct ipfunnel__link_facts *facts, uint32_t interface_index)
{
    struct ipfunnel__link_fact out = { .frames = IPFUNNEL_FRAMES_UNKNOWN };
    struct ipfunnel__cursor all = { .at = NULL }, body, value;
    struct nlmsghdr header;
    struct ifinfomsg link;
    uint16_t type;
    if (facts)
        all = ipfunnel__cursor_over(facts->bytes, facts->size);
    while (next_message(&all, &header, &body)) {
        const uint8_t *bytes = ipfunnel__take(&body, NLMSG_ALIGN(sizeof link));
        if (!bytes || header.nlmsg_type != RTM_NEWLINK)
            continue;
        memcpy(&link, bytes, sizeof link);
        if ((uint32_t)link.ifi_index != interface_index)
            continue;
        while (next_attribute(&body, &type, &value)) {
            if (type == IFLA_IFALIAS)
                out.alias = text_of(&value);
            else if (type == PROP_LIST)
                take_names(value, &out);
            else if (type == IFLA_STATS64)
                take_traffic(&value, &out);
        }
        break;
    }
    return out;
}

static int ask(int fd)
{
    struct {
        struct nlmsghdr header;
        struct ifinfomsg link;
    } question = {
        .header = { .nlmsg_len = sizeof question, .nlmsg_type = RTM_GETLINK,
                    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
        .link = { .ifi_family = AF_UNSPEC },
    };
    return send(fd, &question, sizeof question, 0) < 0 ? -1 : 0;
}

/* Does the last of these messages end the dump? */
static bool is_last(const uint8_t *bytes, size_t size)
{
    struct ipfunnel__cursor c = ipfunnel__cursor_over(bytes, size), body;
    struct nlmsghdr header = { .nlmsg_type = NLMSG_NOOP };
    while (next_message(&c, &header, &body))
        if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR)
            return true;
    return false;
}

/* The whole answer, or what has come of it when the kernel stops talking. Returns 0 or ENOMEM. */
static int receive(int fd, struct ipfunnel__link_facts *facts)
{
    for (bool last = false; !last && facts->size < MOST;) {
        uint8_t *more = realloc(facts->bytes, facts->size + PIECE);
        if (!more)
            return ENOMEM;
        facts->bytes = more;
        ssize_t got = recv(fd, more + facts->size, PIECE, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        last = is_last(more + facts->size, (size_t)got);
        facts->size += (size_t)got;
    }
    return 0;
}

int ipfunnel__link_facts_read(struct ipfunnel__link_facts **out)
{
    const struct timeval patience = { .tv_sec = 1 };
    struct ipfunnel__link_facts *facts = NULL;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), code = fd < 0 ? errno : 0;
    *out = NULL;
    if (fd < 0)
        return code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM ? code : 0;
    facts = calloc(1, sizeof *facts);
    if (!facts)
        code = ENOMEM;
    else if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0 && ask(fd) == 0)
        code = receive(fd, facts);
    close(fd);
    if (code)
        ipfunnel__link_facts_free(facts);
    else
        *out = facts;
    return code;
}

void ipfunnel__link_facts_free(struct ipfunnel__link_facts *facts)
{
    if (facts)
        free(facts->bytes);
    free(facts);
}

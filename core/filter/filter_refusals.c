/* filter_refusals.c - words of pcap-filter(7) that ask for what a datagram in its normal form does not have. libpcap
 * would refuse some, and compile others to "never". */
#include "filter_words.h"
#include <string.h>

enum group { LINK, NOT_IP, VLAN, TUNNELLED, WLAN, ATM, SS7, FIREWALL, INTERFACE, BROADCAST, MULTICAST };

static const struct {
    const char *why, *remedy;
} groups[] = {
    [LINK] = { "datagrams have no link header to ask about",
               "leave it out; \"ip\", \"ip6\", \"host\", \"net\" and \"proto\" ask about the datagram" },
    [NOT_IP] = { "only IPv4 and IPv6 datagrams are delivered",
                 "leave it out; other frames are counted as not_ip" },
    [VLAN] = { "VLAN tags are removed from datagrams before the filter sees them",
               "choose by VLAN with --vlan of the command, or the option vlan" },
    [TUNNELLED] = { "frames of this protocol carry no datagram of their own, and are not delivered",
                    "leave it out; capture on the interface where the inner datagrams pass" },
    [WLAN] = { "datagrams have no 802.11 header to ask about", "leave it out" },
    [ATM] = { "datagrams have no ATM header to ask about", "leave it out" },
    [SS7] = { "this is about signalling networks, and only IP datagrams are delivered", "leave it out" },
    [FIREWALL] = { "this is about the log of a firewall, which datagrams do not have", "leave it out" },
    [INTERFACE] = { "this is about the log of a firewall, which datagrams do not have",
                    "\"ifindex N\" chooses by interface" },
    [BROADCAST] = { "alone it asks about the link header, which datagrams do not have",
                    "write \"ip broadcast\" for addresses of the interface's network, or \"host 255.255.255.255\"" },
    [MULTICAST] = { "alone it asks about the link header, which datagrams do not have",
                    "write \"ip multicast\", \"ip6 multicast\", or \"(ip multicast or ip6 multicast)\"" },
};

static const struct {
    const char *word;
    enum group group;
} refused[] = {
    { "ether", LINK }, { "link", LINK }, { "fddi", LINK }, { "tr", LINK }, { "wlan", LINK }, { "ppp", LINK },
    { "slip", LINK }, { "radio", LINK }, { "gateway", LINK }, { "llc", LINK },
    { "arp", NOT_IP }, { "rarp", NOT_IP }, { "atalk", NOT_IP }, { "aarp", NOT_IP }, { "decnet", NOT_IP },
    { "iso", NOT_IP }, { "clnp", NOT_IP }, { "esis", NOT_IP }, { "es-is", NOT_IP }, { "isis", NOT_IP },
    { "is-is", NOT_IP }, { "l1", NOT_IP }, { "l2", NOT_IP }, { "iih", NOT_IP }, { "lsp", NOT_IP }, { "snp", NOT_IP },
    { "csnp", NOT_IP }, { "psnp", NOT_IP }, { "stp", NOT_IP }, { "ipx", NOT_IP }, { "netbeui", NOT_IP },
    { "lat", NOT_IP }, { "moprc", NOT_IP }, { "mopdl", NOT_IP }, { "sca", NOT_IP },
    { "vlan", VLAN },
    { "mpls", TUNNELLED }, { "pppoed", TUNNELLED }, { "pppoes", TUNNELLED },
    { "type", WLAN }, { "subtype", WLAN }, { "dir", WLAN }, { "direction", WLAN }, { "ra", WLAN }, { "ta", WLAN },
    { "addr1", WLAN }, { "addr2", WLAN }, { "addr3", WLAN }, { "addr4", WLAN },
    { "address1", WLAN }, { "address2", WLAN }, { "address3", WLAN }, { "address4", WLAN },
    { "lane", ATM }, { "metac", ATM }, { "bcc", ATM }, { "oam", ATM }, { "oamf4", ATM }, { "oamf4ec", ATM },
    { "oamf4sc", ATM }, { "sc", ATM }, { "ilmic", ATM }, { "vpi", ATM }, { "vci", ATM }, { "connectmsg", ATM },
    { "metaconnect", ATM },
    { "fisu", SS7 }, { "lssu", SS7 }, { "lsu", SS7 }, { "msu", SS7 }, { "hfisu", SS7 }, { "hlssu", SS7 },
    { "hmsu", SS7 }, { "sio", SS7 }, { "opc", SS7 }, { "dpc", SS7 }, { "sls", SS7 }, { "hsio", SS7 },
    { "hopc", SS7 }, { "hdpc", SS7 }, { "hsls", SS7 },
    { "rset", FIREWALL }, { "ruleset", FIREWALL }, { "rnr", FIREWALL }, { "rulenum", FIREWALL },
    { "srnr", FIREWALL }, { "subrulenum", FIREWALL }, { "reason", FIREWALL }, { "action", FIREWALL },
    { "on", INTERFACE }, { "ifname", INTERFACE },
    { "broadcast", BROADCAST }, { "multicast", MULTICAST },
};

/* "ip broadcast" and the like ask about addresses. */
static bool is_answered(enum group group, const struct ipfunnel__word *before)
{
    return (group == BROADCAST || group == MULTICAST)
           && (ipfunnel__word_is(before, "ip") || ipfunnel__word_is(before, "ip6"));
}

static int refuse_word(const char *expression, const struct ipfunnel__word *word, const struct ipfunnel__word *before,
                       ipfunnel_error *error)
{
    enum { LONGEST = 255 };                    /* more than any name of a host, service or protocol has */
    if (word->length > LONGEST) {
        ipfunnel__word_fail(error, expression, word, "no word is longer than %d bytes", LONGEST);
        return ipfunnel__remedy(error, "look for a missing blank");
    }
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        enum group group = refused[i].group;
        if (!ipfunnel__word_is(word, refused[i].word) || is_answered(group, before))
            continue;
        ipfunnel__word_fail(error, expression, word, "%s", groups[group].why);
        return ipfunnel__remedy(error, "%s", groups[group].remedy);
    }
    return IPFUNNEL_OK;
}

int ipfunnel__words_check(const char *expression, ipfunnel_error *error)
{
    struct ipfunnel__word word, before = { .at = expression };
    for (const char *at = expression; ipfunnel__word_next(&at, &word); before = word)
        if (refuse_word(expression, &word, &before, error))
            return IPFUNNEL_EINVAL;
    return IPFUNNEL_OK;
}

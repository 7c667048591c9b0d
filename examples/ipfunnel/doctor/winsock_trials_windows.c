/* winsock_trials_windows.c - the experiments below ipfunnel: raw sockets of Windows as they are. Run under Wine only so
 * far, where none of them gets as far as a datagram. */
#include "winsock_capture_windows.h"

enum { BATCH = 5 };

static void failed(struct answer *a, const char *call, int code)
{
    answer_number(a, "code", code);
    answer_end(a, VERDICT_INCONCLUSIVE, "%s failed with code %d", call, code);
}

static bool absent(struct bench *b, enum point point, const struct place *place)
{
    if (!place->there)
        answer_end(&b->report->answers[point], VERDICT_NOT_APPLICABLE, "this host has no such address here");
    return !place->there;
}

static void number_shapes(struct answer *a, const struct traffic_batch *batch, const struct shapes *f)
{
    answer_number(a, "sent", batch->count);
    answer_number(a, "arrived", batch->arrived);
    answer_number(a, "seen", f->tally.seen);
    answer_number(a, "distinct", f->tally.distinct);
    answer_number(a, "with_ip_header", f->ip_header);
    answer_number(a, "with_udp_header_first", f->udp_header);
    answer_number(a, "other", f->other);
}

static void of_ipv4(struct bench *b)
{
    struct answer *a = answer_begin(b->report, POINT_raw_loopback_v4, "SIO_RCVALL on a raw socket on 127.0.0.1, then "
                                    "UDP datagrams from it to itself");
    static struct shapes f;
    struct judgement once, header;
    struct traffic_batch batch;
    const char *call;
    int code;
    SOCKET s;

    if (absent(b, POINT_raw_loopback_v4, &b->loopback[0]))
        return;
    s = winsock_capture(&b->loopback[0].at, IPPROTO_IP, &code, &call);
    if (s == INVALID_SOCKET) {
        failed(a, call, code);
        return;
    }
    traffic_udp(b->traffic, &batch, &b->loopback[0].at, BATCH, MARK_SIZE, false);
    winsock_collect(s, NULL, &f, b->traffic->run, &b->loopback[0].at, &batch);
    winsock_capture_close(s);
    number_shapes(a, &batch, &f);
    answer_number(a, "longer_than_header_says", f.longer);
    answer_number(a, "without_length", f.without_length);
    once = judge_once(&batch, &f.tally);
    header = judge_header(f.tally.seen, f.tally.seen - f.ip_header);
    if (once.verdict != VERDICT_YES)
        answer_end(a, once.verdict, "%s", once.why);
    else
        answer_end(a, f.longer ? VERDICT_NO : header.verdict, "%s", f.longer ? "something stands behind "
                                                                               "it" : header.why);
}

static void of_ipv6(struct bench *b, int protocol, enum point point, bool with_pktinfo)
{
    struct answer *a = answer_begin(b->report, point, "SIO_RCVALL on a raw socket of protocol %d on ::1, then UDP "
                                    "datagrams from it to itself", protocol);
    LPFN_WSARECVMSG receive_message = NULL;
    static struct shapes f;
    struct traffic_batch batch;
    const char *call;
    int code;
    SOCKET s;

    if (absent(b, point, &b->loopback[1]))
        return;
    s = winsock_capture(&b->loopback[1].at, protocol, &code, &call);
    if (s == INVALID_SOCKET) {
        failed(a, call, code);
        return;
    }
    receive_message = with_pktinfo ? winsock_receive_message(s) : NULL;
    traffic_udp(b->traffic, &batch, &b->loopback[1].at, BATCH, MARK_SIZE, false);
    winsock_collect(s, receive_message, &f, b->traffic->run, &b->loopback[1].at, &batch);
    winsock_capture_close(s);
    number_shapes(a, &batch, &f);
    struct judgement j = judge_header(f.tally.seen, f.tally.seen - f.ip_header);
    answer_end(a, j.verdict, "%s", j.why);
    if (!with_pktinfo || !f.tally.seen || !receive_message)
        return;
    a = answer_begin(b->report, POINT_raw_pktinfo, "asked for IPV6_PKTINFO on the socket of protocol %d", protocol);
    answer_number(a, "seen", f.tally.seen);
    answer_number(a, "told", f.told);
    answer_number(a, "told_right", f.told_right);
    answer_end(a, f.told_right == f.tally.seen ? VERDICT_YES : VERDICT_NO, "%u of %u told it rightly",
               (unsigned)f.told_right, (unsigned)f.tally.seen);
}

static int switch_on(SOCKET s)
{
    DWORD mode = RCVALL_ON;
    return winsock_control(s, SIO_RCVALL, &mode, sizeof mode);
}

/* bound: to the ANY address; otherwise not at all. */
static void of_wrong_addresses(struct bench *b, enum point point, bool bound)
{
    const struct endpoint any = { .version = 4 };
    struct answer *a = answer_begin(b->report, point, "SIO_RCVALL on a raw socket %s",
                                    bound ? "bound to 0.0.0.0" : "that is not bound");
    int code;
    SOCKET s = winsock_raw(4, IPPROTO_IP, &code);

    if (code) {
        failed(a, "WSASocket", code);
        return;
    }
    code = bound ? winsock_bind(s, &any) : 0;
    answer_number(a, "bind_code", code);
    if (code == 0) {
        code = switch_on(s);
        answer_number(a, "code", code);
    }
    answer_end(a, code == WSAEINVAL ? VERDICT_YES : code == WSAEOPNOTSUPP ? VERDICT_INCONCLUSIVE : VERDICT_NO,
               code ? "the code is %d" : "it was accepted (code %d)", code);
    closesocket(s);
}

static void of_receive_buffer(struct bench *b)
{
    enum { ASKED_LEAST = 1 << 16, ASKED_MOST = 1 << 30, WANTED = 16 << 20 };
    struct answer *a = answer_begin(b->report, POINT_raw_rcvbuf, "set SO_RCVBUF of a raw socket to 64 KiB and doubled "
                                    "it until it was refused or 1 GiB");
    int code, largest = 0, told = 0, size = sizeof told, initial = 0;
    SOCKET s = winsock_raw(4, IPPROTO_IP, &code);

    if (code) {
        failed(a, "WSASocket", code);
        return;
    }
    getsockopt(s, SOL_SOCKET, SO_RCVBUF, (char *)&initial, &size);
    for (int asked = ASKED_LEAST; !code; asked *= 2) {
        code = setsockopt(s, SOL_SOCKET, SO_RCVBUF, (const char *)&asked, sizeof asked) == 0 ? 0 : WSAGetLastError();
        largest = code ? largest : asked;
        if (asked == ASKED_MOST)
            break;
    }
    size = sizeof told;
    getsockopt(s, SOL_SOCKET, SO_RCVBUF, (char *)&told, &size);
    answer_number(a, "initial", initial);
    answer_number(a, "largest_accepted", largest);
    answer_number(a, "read_back", told);
    answer_number(a, "code", code);
    answer_end(a, largest >= WANTED && told >= WANTED ? VERDICT_YES : VERDICT_NO, "%d bytes were accepted; whether the "
               "system keeps as much is another question", largest);
    closesocket(s);
}

static void of_circular_queueing(struct bench *b)
{
    enum { FLOOD = 200, FLOOD_PAYLOAD = 1000, SMALL = 16 << 10 };
    struct answer *a = answer_begin(b->report, POINT_raw_circular_queueing, "SIO_ENABLE_CIRCULAR_QUEUEING and a "
                                    "receive buffer of 16 KiB on a raw socket, then 200 datagrams before the first "
                                    "receive");
    static struct shapes f;
    struct traffic_batch batch;
    const char *call;
    int code, small = SMALL;
    SOCKET s;

    if (absent(b, POINT_raw_circular_queueing, &b->loopback[0]))
        return;
    s = winsock_capture(&b->loopback[0].at, IPPROTO_IP, &code, &call);
    if (s == INVALID_SOCKET) {
        failed(a, call, code);
        return;
    }
    setsockopt(s, SOL_SOCKET, SO_RCVBUF, (const char *)&small, sizeof small);
    code = winsock_control(s, SIO_ENABLE_CIRCULAR_QUEUEING, NULL, 0);
    answer_number(a, "code", code);
    if (code) {
        answer_end(a, VERDICT_NO, "it is refused with code %d", code);
    } else {
        traffic_udp(b->traffic, &batch, &b->loopback[0].at, FLOOD, FLOOD_PAYLOAD, true);
        winsock_collect(s, NULL, &f, b->traffic->run, &b->loopback[0].at, &batch);
        answer_number(a, "sent", batch.count);
        answer_number(a, "distinct", f.tally.distinct);
        answer_number(a, "first", f.first);
        answer_number(a, "last", f.last);
        struct judgement j = judge_newest_win(batch.count, f.tally.distinct, f.first, f.last);
        answer_end(a, j.verdict, "%s", j.why);
    }
    winsock_capture_close(s);
}

static void of_rcvall_if(struct bench *b)
{
    struct answer *a = answer_begin(b->report, POINT_raw_rcvall_if, "SIO_RCVALL_IF with mode on and the number of the "
                                    "interface, on a raw socket bound to its address");
    const struct place *place = b->own[0].there ? &b->own[0] : &b->loopback[0];
    DWORD argument[2] = { RCVALL_ON, b->own[0].there ? b->interface->index : 1 };
    int code;
    SOCKET s;

    if (absent(b, POINT_raw_rcvall_if, place))
        return;
    s = winsock_raw(4, IPPROTO_IP, &code);
    code = code ? code : winsock_bind(s, &place->at);
    if (code) {
        failed(a, "making or binding the socket", code);
    } else {
        code = winsock_control(s, SIO_RCVALL_IF, argument, sizeof argument);
        answer_number(a, "code", code);
        answer_end(a, code ? VERDICT_NO : VERDICT_YES, code ? "it is refused with code %d" : "it is accepted (code %d)",
                   code);
    }
    if (s != INVALID_SOCKET)
        closesocket(s);
}

int winsock_trials_refused(void)
{
    int code;
    SOCKET s = winsock_raw(4, IPPROTO_IP, &code);

    if (s != INVALID_SOCKET)
        closesocket(s);
    return code == WSAEACCES ? code : 0;
}

void winsock_trials(struct bench *b)
{
    of_ipv4(b);
    of_ipv6(b, IPPROTO_IP, POINT_raw_ipv6_protocol_0, true);
    of_ipv6(b, IPPROTO_IPV6, POINT_raw_ipv6_protocol_41, b->report->answers[POINT_raw_pktinfo].observed_count == 0);
    of_ipv6(b, IPPROTO_UDP, POINT_raw_ipv6_protocol_17, b->report->answers[POINT_raw_pktinfo].observed_count == 0);
    of_wrong_addresses(b, POINT_raw_any, true);
    of_wrong_addresses(b, POINT_raw_unbound, false);
    of_receive_buffer(b);
    of_circular_queueing(b);
    of_rcvall_if(b);
}

#include "host.h"
#include "messages.h"
#include "session.h"
#include <inttypes.h>

static char *size_text(uint64_t bytes, char *out, size_t size)
{
    if (bytes >= 10 << 20)
        snprintf(out, size, "%" PRIu64 " MiB", (bytes + (1 << 19)) >> 20);
    else
        snprintf(out, size, "%" PRIu64 " KiB", (bytes + 1023) >> 10);
    return out;
}

/* ", promiscuous" and the like: only where it says something about the one interface. */
static const char *promiscuous_text(const struct session *s, const ipfunnel_capture_info *info)
{
    if (s->count != 1 || info->mode != IPFUNNEL_MODE_ON || !(info->capabilities & IPFUNNEL_CAN_PROMISCUOUS))
        return "";
    return info->promiscuous == IPFUNNEL_YES  ? ", promiscuous"
           : info->promiscuous == IPFUNNEL_NO ? ", not promiscuous: the interface refuses"
                                              : ", promiscuous or not is unknown";
}

static const char *filter_text(const struct session *s, const ipfunnel_capture_info *info)
{
    if (s->count != 1 || info->filter_in_kernel == IPFUNNEL_NO)
        return "";
    return info->filter_in_kernel == IPFUNNEL_YES ? ", filter in the kernel" : ", filter partly in the kernel";
}

/* An interface that is down is captured all the same, silently until it comes up. */
static void tell_down(const char *name, uint32_t index)
{
    const ipfunnel_interface *chain = NULL;

    if (!index || ipfunnel_interfaces(&chain, NULL) < 0)
        return;
    for (const ipfunnel_interface *i = chain; i; i = i->next)
        if (i->index == index && !(i->flags & IPFUNNEL_INTERFACE_UP))
            note("%s is down; waiting until it comes up", name);
    ipfunnel_interfaces_free(chain);
}

void session_print_start(const struct session *s)
{
    char size[32];
    struct name_list names = { .used = 0 };
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    const char *family;

    for (int i = 0; i < s->count; i++) {
        ipfunnel_info(s->captures[i], &info);
        if (info.families_failed)
            note("%s: %s could not be opened and is not captured", info.interface_name,
                 info.families_failed == IPFUNNEL_IPV6 ? "IPv6" : "IPv4");
        if (!s->settings->any && !s->settings->options.file)
            tell_down(info.interface_name, info.interface_index);
        if (info.interface_name[0])
            name_list_add(&names, info.interface_name);
    }
    if (!s->count) {
        note("waiting for %s; ^C ends", s->settings->any ? "an interface that comes up"
                                                        : s->settings->options.interface_name);
        return;
    }
    family = info.families == IPFUNNEL_IPV4 ? ", IPv4 only" : info.families == IPFUNNEL_IPV6 ? ", IPv6 only" : "";
    if (s->settings->options.file)
        note("reading %s (%s%s)", s->settings->options.file, info.backend, family);
    else
        note("capturing%s%s (%s, mode %s%s%s%s), ring %s%s; ^C ends", names.used ? " on " : "",
             name_list_text(&names), info.backend,
             info.mode == IPFUNNEL_MODE_IPLEVEL ? "iplevel" : "on", promiscuous_text(s, &info), family,
             filter_text(s, &info), size_text(info.buffer_bytes, size, sizeof size), s->count > 1 ? " each" : "");
    if (!s->settings->options.file && info.mode == IPFUNNEL_MODE_ON && host_caveat(info.backend))
        note("%s", host_caveat(info.backend));
}

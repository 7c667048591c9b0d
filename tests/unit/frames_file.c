#include "frames_file.h"
#include "check.h"
#include "error.h"
#include <ctype.h>
#include <stdarg.h>

static void wrong(const struct frames_file *f, const char *format, ...) IPFUNNEL__PRINTF(2, 3);
static void wrong(const struct frames_file *f, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s:%d: ", f->name, f->line);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    exit(1);
}

struct word {
    const char *text;
    uint32_t value;
};

static uint32_t lookup(const struct frames_file *f, const struct word *words, const char *text, const char *what)
{
    for (; words->text; words++)
        if (strcmp(words->text, text) == 0)
            return words->value;
    wrong(f, "%s is no %s", text, what);
    return 0;
}

static uint32_t number(const struct frames_file *f, const char *text, int base)
{
    char *end;
    unsigned long value = strtoul(text, &end, base);
    if (end == text || *end)
        wrong(f, "%s is no number", text);
    return (uint32_t)value;
}

static const struct word verdicts[] = {
    { "not_ip", IPFUNNEL_COUNTER_not_ip },
    { "malformed", IPFUNNEL_COUNTER_malformed },
    { "unknown_link", IPFUNNEL_COUNTER_unknown_link },
    { "other_family", IPFUNNEL_COUNTER_other_family },
    { "excluded_vlan", IPFUNNEL_COUNTER_excluded_vlan },
    { "excluded_other_host", IPFUNNEL_COUNTER_excluded_other_host },
    { "excluded_outgoing", IPFUNNEL_COUNTER_excluded_outgoing },
    { "excluded_loopback_copy", IPFUNNEL_COUNTER_excluded_loopback_copy },
    { 0 },
};
static const struct word links[] = {
    { "ethernet", IPFUNNEL__LINK_ETHERNET }, { "network", IPFUNNEL__LINK_NETWORK }, { 0 },
};
static const struct word facts[] = {
    { "in", IPFUNNEL_FRAME_IN },
    { "out", IPFUNNEL_FRAME_OUT },
    { "other_host", IPFUNNEL_FRAME_OTHER_HOST },
    { "loopback_copy", IPFUNNEL_FRAME_LOOPBACK_COPY },
    { "checksum_not_ready", IPFUNNEL_FRAME_CHECKSUM_NOT_READY },
    { "checksum_valid", IPFUNNEL_FRAME_CHECKSUM_VALID },
    { "segmentation", IPFUNNEL_FRAME_SEGMENTATION },
    { 0 },
};
static const struct word flags[] = {
    { "snapped", IPFUNNEL_SNAPPED },
    { "short", IPFUNNEL_SHORT },
    { "length_assumed", IPFUNNEL_LENGTH_ASSUMED },
    { "segmentation", IPFUNNEL_SEGMENTATION },
    { 0 },
};
static const struct word directions[] = {
    { "in", IPFUNNEL_DIRECTION_IN }, { "out", IPFUNNEL_DIRECTION_OUT }, { 0 },
};
static const struct word sources[] = {
    { "kernel", IPFUNNEL_SAYS_KERNEL }, { "file", IPFUNNEL_SAYS_FILE }, { 0 },
};
static const struct word checksums[] = {
    { "valid", IPFUNNEL_CHECKSUM_VALID }, { "not_ready", IPFUNNEL_CHECKSUM_NOT_READY }, { 0 },
};

static void add_hex(struct frames_file *f, struct golden_case *c, const char *token)
{
    if (*token == '$') {
        for (int i = 0; i < f->let_count; i++)
            if (strcmp(f->lets[i].name, token + 1) == 0) {
                char copy[sizeof f->lets[i].hex];
                memcpy(copy, f->lets[i].hex, sizeof copy);
                for (char *at = copy, *end; *at; at = end) {
                    end = at + strcspn(at, " ");
                    if (*end)
                        *end++ = '\0';
                    if (*at)
                        add_hex(f, c, at);
                }
                return;
            }
        wrong(f, "%s is not defined", token);
    }
    const char *star = strchr(token, '*');
    size_t digits = star ? (size_t)(star - token) : strlen(token);
    uint32_t repeat = star ? number(f, star + 1, 10) : 1;
    if (digits % 2 || strspn(token, "0123456789abcdef") < digits)
        wrong(f, "%s is not hex", token);
    for (uint32_t r = 0; r < repeat; r++)
        for (size_t i = 0; i < digits; i += 2) {
            char pair[3] = { token[i], token[i + 1], '\0' };
            if (c->frame.captured == sizeof c->bytes)
                wrong(f, "the frame is longer than %zu bytes", sizeof c->bytes);
            c->bytes[c->frame.captured++] = (uint8_t)strtoul(pair, NULL, 16);
        }
}

static void set_option(struct frames_file *f, struct golden_case *c, const char *word)
{
    static const struct word vlans[] = { { "vlan=own", IPFUNNEL_VLAN_OWN }, { "vlan=all", IPFUNNEL_VLAN_ALL }, { 0 } };
    if (strncmp(word, "vlan=", 5) == 0 && isdigit((unsigned char)word[5]))
        c->policy.vlan = number(f, word + 5, 10);
    else if (strncmp(word, "vlan=", 5) == 0)
        c->policy.vlan = lookup(f, vlans, word, "VLAN option");
    else if (strncmp(word, "snap=", 5) == 0)
        c->policy.snap_length = number(f, word + 5, 10);
    else if (strcmp(word, "ipv4") == 0)
        c->policy.families = IPFUNNEL_IPV4;
    else if (strcmp(word, "ipv6") == 0)
        c->policy.families = IPFUNNEL_IPV6;
    else if (strcmp(word, "iplevel") == 0)
        c->policy.no_other_host = true;
    else if (strcmp(word, "no_outgoing") == 0)
        c->policy.no_outgoing = true;
    else
        wrong(f, "%s is no option", word);
}

static uint32_t link_type(const struct frames_file *f, const char *word)
{
    if (isdigit((unsigned char)*word))
        return number(f, word, 10);
    /* From above: where two numbers have one name, the lower is the one that does not belong into files. */
    for (uint32_t type = UINT16_MAX + 1; type-- > 0;)
        if (ipfunnel__link_known(type) && strcmp(ipfunnel__link_name(type), word) == 0)
            return type;
    return lookup(f, links, word, "link type");
}

static void add_result(struct frames_file *f, struct golden_case *c, const char *word)
{
    const char *dots = strstr(word, "..");
    if (c->count == sizeof c->results / sizeof *c->results)
        wrong(f, "too many results");
    struct golden_result *r = &c->results[c->count++];
    *r = (struct golden_result){ .counter = IPFUNNEL_COUNTER_delivered };
    if (!dots) {
        r->counter = (int)lookup(f, verdicts, word, "verdict");
        return;
    }
    char from[16] = "";
    snprintf(from, sizeof from, "%.*s", (int)(dots - word), word);
    r->from = number(f, from, 10);
    r->to = number(f, dots + 2, 10);
    if (r->from >= r->to || r->to > c->frame.captured)
        wrong(f, "%s is outside the %u bytes of the frame", word, c->frame.captured);
    r->version = c->bytes[r->from] >> 4;
    r->original = r->to - r->from;
}

/* One word of a line that says more about the last result. False: the key is no such thing. */
static bool take_detail(struct frames_file *f, struct golden_case *c, const char *key, const char *word)
{
    struct golden_result *r = c->count ? &c->results[c->count - 1] : NULL;
    if (!r)
        return false;
    if (strcmp(key, "flags") == 0)
        r->flags |= lookup(f, flags, word, "flag");
    else if (strcmp(key, "original") == 0)
        r->original = strcmp(word, "unknown") == 0 ? IPFUNNEL_LENGTH_UNKNOWN : number(f, word, 10);
    else if (strcmp(key, "direction") == 0)
        r->direction = (int)lookup(f, directions, word, "direction");
    else if (strcmp(key, "checksum") == 0)
        r->checksum = (int)lookup(f, checksums, word, "checksum state");
    else if (strcmp(key, "vlan") == 0 && r->vlan_count < 8)
        r->vlan[r->vlan_count++] = (uint16_t)number(f, word, 16);
    else
        return false;
    return true;
}

/* One word of a line that starts with `key`. */
static void take_word(struct frames_file *f, struct golden_case *c, const char *key, const char *word)
{
    if (strcmp(key, "frame") == 0)
        add_hex(f, c, word);
    else if (strcmp(key, "link") == 0)
        c->frame.link_type = link_type(f, word);
    else if (strcmp(key, "protocol") == 0)
        c->frame.protocol = (uint16_t)number(f, word, 16);
    else if (strcmp(key, "facts") == 0)
        c->frame.facts |= lookup(f, facts, word, "fact");
    else if (strcmp(key, "removed") == 0) {
        c->frame.facts |= IPFUNNEL_FRAME_TAGGED;
        c->frame.vlan_tci = (uint16_t)number(f, word, 16);
    } else if (strcmp(key, "options") == 0)
        set_option(f, c, word);
    else if (strcmp(key, "size") == 0)
        c->frame.original = strcmp(word, "unknown") == 0 ? IPFUNNEL_LENGTH_UNKNOWN : number(f, word, 10);
    else if (strcmp(key, "gives") == 0)
        add_result(f, c, word);
    else if (strcmp(key, "said_by") == 0)
        c->frame.direction_source = (uint8_t)lookup(f, sources, word, "source of facts");
    else if (strcmp(key, "fcs") == 0)
        c->fcs = number(f, word, 10);
    else if (strcmp(key, "cut") == 0)
        c->cut_may_be_not_ip = lookup(f, verdicts, word, "verdict") == IPFUNNEL_COUNTER_not_ip;
    else if (!take_detail(f, c, key, word))
        wrong(f, "%s is not a key", key);
}

static bool next_line(struct frames_file *f, char *line, size_t size)
{
    if (f->next[0]) {
        snprintf(line, size, "%s", f->next);
        f->next[0] = '\0';
        return true;
    }
    if (!fgets(line, (int)size, f->stream))
        return false;
    f->line++;
    line[strcspn(line, "#\r\n")] = '\0';
    return true;
}

static void define(struct frames_file *f, char *rest)
{
    if (f->let_count == 64)
        wrong(f, "too many definitions");
    char *name = strtok(rest, " "), *hex = strtok(NULL, "");
    if (!name || !hex)
        wrong(f, "let NAME HEX...");
    else {
        snprintf(f->lets[f->let_count].name, sizeof f->lets[0].name, "%s", name);
        snprintf(f->lets[f->let_count++].hex, sizeof f->lets[0].hex, "%s", hex);
    }
}

static void start_case(const struct frames_file *f, struct golden_case *c, const char *title)
{
    *c = (struct golden_case){
        .file = f->name,
        .line = f->line,
        .frame = { .link_type = IPFUNNEL__LINK_ETHERNET, .time_ns = 1, .interface_index = 3, .interface_name = "eth0",
                   .direction_source = IPFUNNEL_SAYS_KERNEL },
        .policy = {
            .snap_length = 262144,
            .families = IPFUNNEL_IPV4 | IPFUNNEL_IPV6,
            .vlan = IPFUNNEL_VLAN_OWN,
        },
    };
    snprintf(c->title, sizeof c->title, "%s", title);
}

static void end_case(const struct frames_file *f, struct golden_case *c)
{
    if (!c->count)
        wrong(f, "\"%s\" expects nothing", c->title);
    c->frame.bytes = c->bytes;
    if (!c->frame.original)
        c->frame.original = c->frame.captured;
}

bool frames_next(struct frames_file *f, struct golden_case *c)
{
    char line[512], key[32] = "";
    bool in_case = false;
    while (next_line(f, line, sizeof line)) {
        char *at = line + strspn(line, " ");
        if (!*at)
            continue;
        bool continues = at != line && strcmp(key, "frame") == 0 && in_case && line[2] == ' ';
        if (!continues) {
            size_t length = strcspn(at, " ");
            snprintf(key, sizeof key, "%.*s", (int)length, at);
            at += length;
            at += strspn(at, " ");
        }
        if (strcmp(key, "let") == 0) {
            define(f, at);
        } else if (strcmp(key, "case") == 0) {
            if (in_case) {
                snprintf(f->next, sizeof f->next, "%s", line);
                break;
            }
            in_case = true;
            start_case(f, c, at);
        } else if (!in_case) {
            wrong(f, "\"%s\" before the first case", key);
        } else {
            for (char *word = strtok(at, " "); word; word = strtok(NULL, " "))
                take_word(f, c, key, word);
        }
    }
    if (in_case)
        end_case(f, c);
    return in_case;
}

void frames_open(struct frames_file *f, const char *name)
{
    *f = (struct frames_file){ .name = name, .stream = fopen(name, "r") };
    if (!f->stream)
        wrong(f, "cannot be opened");
}

void frames_close(struct frames_file *f)
{
    fclose(f->stream);
}

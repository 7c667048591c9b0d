/* ipfunnel ioctl: the control codes of Winsock, bit by bit, and what does their job. */
#include "commands.h"
#include "json_writer.h"
#include "messages.h"
#include "option_parser.h"
#include <inttypes.h>
#include <ipfunnel_ioctl.h>
#include <stdio.h>
#include <string.h>

enum { SETTING_SIZE = 24 };

static ipfunnel_ioctl_fields fields_of(uint32_t code)
{
    ipfunnel_ioctl_fields f = IPFUNNEL_IOCTL_FIELDS_INIT;

    ipfunnel_ioctl_decode(code, &f);
    return f;
}

/* The direction and type bits as the documents write them: "I, O, T==1". */
static const char *setting_text(uint32_t code, char out[SETTING_SIZE])
{
    ipfunnel_ioctl_fields f = fields_of(code);

    snprintf(out, SETTING_SIZE, "%s%s%sT==%u", f.direction & IPFUNNEL_IOCTL_IN ? "I, " : "",
             f.direction & IPFUNNEL_IOCTL_OUT ? "O, " : "", f.direction & IPFUNNEL_IOCTL_VOID ? "V, " : "",
             (unsigned)f.type);
    return out;
}

static void print_direction(uint32_t direction)
{
    static const struct {
        uint32_t bit;
        const char *words;
    } bits[] = {
        { .bit = IPFUNNEL_IOCTL_IN, .words = "I (input buffer)" },
        { .bit = IPFUNNEL_IOCTL_OUT, .words = "O (output buffer)" },
        { .bit = IPFUNNEL_IOCTL_VOID, .words = "V (no parameters)" },
    };
    const char *between = "";

    printf("  direction   ");
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++)
        if (direction & bits[i].bit) {
            printf("%s%s", between, bits[i].words);
            between = ", ";
        }
    printf("%s\n", direction ? "" : "no bit is set");
}

/* The letter of a Unix code, or 0 where that byte is none that can be printed. */
static char unix_letter(uint32_t number)
{
    uint32_t byte = number >> 8;
    return byte > ' ' && byte < 0x7f ? (char)byte : 0;
}

static void print_type(const ipfunnel_ioctl_fields *f)
{
    char letter = unix_letter(f->number);

    switch (f->type) {
    case IPFUNNEL_IOCTL_UNIX:
        printf("  type        T==0: as on Unix, with %u bytes of argument\n", (unsigned)(f->owner & 0x7f));
        printf("  number      0x%04x: ", (unsigned)f->number);
        if (letter)
            printf("'%c' %u\n", letter, (unsigned)(f->number & 0xff));
        else
            printf("%u, %u\n", (unsigned)(f->number >> 8), (unsigned)(f->number & 0xff));
        return;
    case IPFUNNEL_IOCTL_WINSOCK:
        printf("  type        T==1: any Winsock 2 provider, extension %u\n", (unsigned)f->owner);
        break;
    case IPFUNNEL_IOCTL_FAMILY:
        printf("  type        T==2: address family %u\n", (unsigned)f->owner);
        break;
    default:
        printf("  type        T==3: vendor %u\n", (unsigned)f->owner);
    }
    printf("  number      %u\n", (unsigned)f->number);
}

static void print_documented(const ipfunnel_ioctl *row)
{
    char documented[SETTING_SIZE], real[SETTING_SIZE];

    if (!row->opcode_setting) {
        printf("  documented  no page tells the bits\n");
        return;
    }
    setting_text(row->opcode_setting, documented);
    setting_text(row->code, real);
    printf("  documented  %s%s%s\n", documented, strcmp(documented, real) == 0 ? "" : "; the headers have ",
           strcmp(documented, real) == 0 ? "" : real);
}

static void print_text(uint32_t code, const ipfunnel_ioctl *row)
{
    ipfunnel_ioctl_fields f = fields_of(code);

    printf("0x%08" PRIx32 "  %" PRIu32 "  %s%s%s\n", code, code, row ? row->name : "no code that ipfunnel knows",
           row && row->other_name ? ", in headers " : "", row && row->other_name ? row->other_name : "");
    print_direction(f.direction);
    print_type(&f);
    if (!row)
        return;
    print_documented(row);
    printf("  meaning     %s\n", row->meaning);
    if (strcmp(row->on_windows, row->on_linux) == 0 && strcmp(row->on_linux, row->on_libpcap) == 0)
        printf("  everywhere  %s\n", row->on_linux);
    else
        printf("  Windows     %s\n  Linux       %s\n  libpcap     %s\n", row->on_windows, row->on_linux,
               row->on_libpcap);
}

static void number_or_null(struct json *j, const char *key, bool known, uint32_t value)
{
    if (known)
        json_number(j, key, value);
    else
        json_null(j, key);
}

static void print_json(struct json *j, uint32_t code, const ipfunnel_ioctl *row)
{
    ipfunnel_ioctl_fields f = fields_of(code);
    bool is_unix = f.type == IPFUNNEL_IOCTL_UNIX;
    char text[SETTING_SIZE], letter[2] = { unix_letter(f.number), 0 };

    json_open(j, NULL, '{');
    json_string(j, "name", row ? row->name : NULL);
    json_string(j, "other_name", row ? row->other_name : NULL);
    json_number(j, "code", code);
    snprintf(text, sizeof text, "0x%08" PRIx32, code);
    json_string(j, "hex", text);
    json_bool(j, "in", f.direction & IPFUNNEL_IOCTL_IN);
    json_bool(j, "out", f.direction & IPFUNNEL_IOCTL_OUT);
    json_bool(j, "void", f.direction & IPFUNNEL_IOCTL_VOID);
    json_number(j, "type", f.type);
    json_number(j, "owner", f.owner);
    json_number(j, "number", f.number);
    number_or_null(j, "argument_size", is_unix, f.owner & 0x7f);
    json_string(j, "letter", is_unix && letter[0] ? letter : NULL);
    number_or_null(j, "count", is_unix, f.number & 0xff);
    json_string(j, "documented", row && row->opcode_setting ? setting_text(row->opcode_setting, text) : NULL);
    json_string(j, "meaning", row ? row->meaning : NULL);
    json_string(j, "windows", row ? row->on_windows : NULL);
    json_string(j, "linux", row ? row->on_linux : NULL);
    json_string(j, "libpcap", row ? row->on_libpcap : NULL);
    json_close(j, '}');
}

static void print_list(bool as_json)
{
    struct json j = { .out = stdout };
    const ipfunnel_ioctl *row;

    if (as_json)
        json_open(&j, NULL, '[');
    for (int i = 0; (row = ipfunnel_ioctl_at(i)) != NULL; i++)
        if (as_json)
            print_json(&j, row->code, row);
        else
            printf("0x%08" PRIx32 "  %-34s  %s\n", row->code, row->name, row->meaning);
    if (as_json) {
        json_close(&j, ']');
        printf("\n");
    }
}

static void print_one(bool as_json, uint32_t code)
{
    struct json j = { .out = stdout };
    const ipfunnel_ioctl *row = ipfunnel_ioctl_by_code(code);

    if (!as_json) {
        print_text(code, row);
        return;
    }
    print_json(&j, code, row);
    printf("\n");
}

static bool parse_code(const char *text, uint32_t *code)
{
    uint64_t n = 0;

    if (text[0] != '0' || (text[1] != 'x' && text[1] != 'X')) {
        if (!parse_number(text, 0, UINT32_MAX, &n))
            return false;
    } else {
        text += 2;
        if (!*text || text[strspn(text, "0123456789abcdefABCDEF")])
            return false;
        for (; *text && n <= UINT32_MAX; text++)
            n = n << 4 | (uint64_t)(*text <= '9' ? *text - '0' : (*text | 0x20) - 'a' + 10);
    }
    *code = (uint32_t)n;
    return n <= UINT32_MAX;
}

int ioctl_command(int argc, char *const argv[])
{
    enum { JSON = 1, HELP };
    static const struct option_row table[] = {
        { .name = "json", .id = JSON }, { .letter = 'h', .name = "help", .id = HELP }, { .id = 0 },
    };
    struct option_reader reader = { .argc = argc, .argv = argv, .table = table };
    const char *asked = NULL;
    const ipfunnel_ioctl *row;
    bool as_json = false;
    uint32_t code = 0;
    int id;

    while ((id = option_next(&reader)) != OPTION_DONE) {
        if (id == HELP) {
            print_help("ioctl");
            return finish_output();
        }
        if (id == JSON)
            as_json = true;
        else if (id != OPTION_OPERAND)
            return usage_error("ioctl", "%s", reader.message);
        else if (asked)
            return usage_error("ioctl", "\"%s\" is too much: ioctl takes one code or name", reader.value);
        else
            asked = reader.value;
    }
    if (!asked) {
        print_list(as_json);
        return finish_output();
    }
    row = ipfunnel_ioctl_by_name(asked);
    if (row)
        code = row->code;
    else if (!parse_code(asked, &code))
        return usage_error("ioctl", asked[0] >= '0' && asked[0] <= '9'
                               ? "\"%s\" is not a 32-bit number; hexadecimal begins with 0x"
                               : "no control code has the name \"%s\"; ipfunnel ioctl lists them all", asked);
    print_one(as_json, code);
    return finish_output();
}

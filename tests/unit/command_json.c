/* command_json.c - the JSON of the command: commas, escapes, and bytes that are no text. */
#include "../../examples/ipfunnel/json_writer.h"
#include "check.h"

static FILE *file;
static char text[512];

static struct json begin(void)
{
    file = tmpfile();
    if (!file)
        SKIP("no temporary file");
    return (struct json){ .out = file };
}

static void wrote(const char *expected)
{
    size_t n;
    rewind(file);
    n = fread(text, 1, sizeof text - 1, file);
    text[n] = 0;
    fclose(file);
    CHECK_STR(text, expected);
}

static void quoted(const char *input, const char *expected)
{
    begin();
    json_quote(file, input);
    wrote(expected);
}

static void escapes(void)
{
    quoted("", "\"\"");
    quoted("eth0", "\"eth0\"");
    quoted("a\"b\\c/d", "\"a\\\"b\\\\c/d\"");
    quoted("\n\t\r\b\x01\x1f\x7f", "\"\\n\\t\\u000d\\u0008\\u0001\\u001f\\u007f\"");
}

static void utf8_is_kept(void)
{
    quoted("\xc3\xa4", "\"\xc3\xa4\"");
    quoted("\xe2\x82\xac", "\"\xe2\x82\xac\"");
    quoted("\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\"");
    quoted("\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\"");
}

static void what_is_not_utf8_is_replaced(void)
{
    quoted("a\xff" "b", "\"a\\ufffdb\"");
    quoted("\x80", "\"\\ufffd\"");
    quoted("\xc0\xaf", "\"\\ufffd\\ufffd\"");                        /* longer than needed */
    quoted("\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"");             /* half of a pair of UTF-16 */
    quoted("\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");  /* beyond the last code point */
    quoted("\xe2\x82", "\"\\ufffd\\ufffd\"");                        /* cut */
    quoted("\xf0\x9f\x98", "\"\\ufffd\\ufffd\\ufffd\"");
    quoted("\xe2\x82" "a", "\"\\ufffd\\ufffda\"");
}

static void structure(void)
{
    static const uint8_t bytes[] = { 0x00, 0x9f, 0xff };
    struct json j = begin();

    json_open(&j, NULL, '{');
    json_string(&j, "a", "x");
    json_open(&j, "list", '[');
    json_close(&j, ']');
    json_open(&j, "pairs", '[');
    json_number(&j, NULL, UINT64_MAX);
    json_signed(&j, NULL, INT64_MIN);
    json_number(&j, NULL, 0);
    json_open(&j, NULL, '{');
    json_bool(&j, "yes", true);
    json_bool(&j, "no", false);
    json_close(&j, '}');
    json_close(&j, ']');
    json_null(&j, "none");
    json_string(&j, "nothing", NULL);
    json_hex(&j, "bytes", bytes, sizeof bytes);
    json_hex(&j, "empty", bytes, 0);
    json_close(&j, '}');
    wrote("{\"a\":\"x\",\"list\":[],"
          "\"pairs\":[18446744073709551615,-9223372036854775808,0,{\"yes\":true,\"no\":false}],"
          "\"none\":null,\"nothing\":null,\"bytes\":\"009fff\",\"empty\":\"\"}");
}

int main(void)
{
    RUN(escapes);
    RUN(utf8_is_kept);
    RUN(what_is_not_utf8_is_replaced);
    RUN(structure);
    return 0;
}

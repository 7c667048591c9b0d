/* command_report.c - the report of "doctor --verify": every question complete, and its JSON and text. */
#include "../../examples/ipfunnel/doctor/verify_report.h"
#include "check.h"

static struct findings findings;
static struct own_traffic traffic = { .datagrams = 2031, .tcp_bytes = 1 << 20 };
static struct report report;
static char text[1 << 16];

static void start(void)
{
    findings = (struct findings){ .count = 0 };
    report = (struct report){ .findings = &findings, .traffic = &traffic, .began_ns = INT64_C(1738330620) * 1000000000,
                              .took_ms = 6400, .backend = "memory", .interface_name = "a\"b",
                              .host = { .name = "Wine", .version = "8.0", .machine = "x86_64" } };
    report_start(&report);
}

static void written(void (*write)(const struct report *, FILE *))
{
    FILE *file = tmpfile();
    if (!file)
        SKIP("no temporary file");
    write(&report, file);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
}

static void every_question_is_complete(void)
{
    for (int i = 0; i < POINT_COUNT; i++) {
        const struct point_row *row = &point_rows[i];
        CHECK(row->id && row->question && row->bears_on);
        CHECK_INT(row->question[strlen(row->question) - 1], '?');
        CHECK_INT(row->bears_on[strlen(row->bears_on) - 1], '.');
        CHECK((row->instruction != NULL) == (i >= POINT_FIRST_BY_HAND));
        for (int k = 0; k < i; k++)
            CHECK(strcmp(row->id, point_rows[k].id) != 0);
    }
    CHECK_STR(point_rows[POINT_raw_pktinfo].id, "raw_pktinfo");
}

static void what_was_not_done_is_no_answer(void)
{
    start();
    for (int i = 0; i < POINT_COUNT; i++)
        CHECK_INT(report.answers[i].verdict, i < POINT_FIRST_BY_HAND ? VERDICT_INCONCLUSIVE : VERDICT_NOT_TRIED);
    answer_begin(&report, POINT_unread, "did something");
    CHECK_INT(report.answers[POINT_unread].verdict, VERDICT_INCONCLUSIVE);
}

static void json(void)
{
    start();
    finding_add(&findings, "system", "firewall", FINDING_NOTE, "C:\\Users\\somebody is a secret");
    struct answer *a = answer_begin(&report, POINT_loopback_v4, "captured on %s", "127.0.0.1");
    answer_number(a, "sent", 5);
    answer_number(a, "status", -4);
    answer_end(a, VERDICT_YES, "each was seen %s", "once");
    written(report_json);
    CHECK_CONTAINS(text, "{\"report\":\"ipfunnel doctor --verify\",\"format\":1,\"version\":\"");
    CHECK_CONTAINS(text, "\"time\":\"2025-01-31T13:37:00Z\",\"system\":{\"name\":\"Wine\",\"version\":\"8.0\","
                         "\"machine\":\"x86_64\"},\"is_windows\":false,\"backend\":\"memory\","
                         "\"interface\":\"a\\\"b\",\"sent\":{\"datagrams\":2031,\"tcp_bytes\":1048576,"
                         "\"milliseconds\":6400},\"findings\":[{\"id\":\"firewall\",\"level\":\"note\"}],"
                         "\"verdicts\":{\"not_tried\":7,\"yes\":1,\"no\":0,\"inconclusive\":26,\"not_applicable\":0},"
                         "\"points\":[{\"id\":\"loopback_v4\",\"question\":");
    CHECK_CONTAINS(text, "\"verdict\":\"yes\",\"why\":\"each was seen once\",\"done\":\"captured on 127.0.0.1\","
                         "\"observed\":{\"sent\":5,\"status\":-4},\"bears_on\":");
    CHECK_CONTAINS(text, "\"verdict\":\"not_tried\",\"why\":\"a program cannot try it on its own\",\"done\":null,"
                         "\"observed\":{},\"bears_on\":");
    CHECK(!strstr(text, "secret"));
    CHECK_STR(text + strlen(text) - 4, "}]}\n");
}

static void only_windows_is_called_windows(void)
{
    start();
    strcpy(report.host.name, "Windows");
    report.backend[0] = 0;
    report.interface_name = NULL;
    written(report_json);
    CHECK_CONTAINS(text, "\"is_windows\":true,\"backend\":null,\"interface\":null,");
}

static void text_leaves_out_what_does_not_apply(void)
{
    start();
    for (int i = 0; i < POINT_COUNT; i++)
        answer_end(&report.answers[i], VERDICT_NOT_APPLICABLE, "here not");
    struct answer *a = answer_begin(&report, POINT_unread, "did this");
    answer_number(a, "sent", 7);
    answer_number(a, "seen", 7);
    answer_end(a, VERDICT_NO, "because");
    written(report_print);
    CHECK_STR(text, "ipfunnel doctor --verify on Wine 8.0 (x86_64), 2025-01-31T13:37:00Z\n"
                    "no            Are 2,000 datagrams of 1,000 bytes kept that arrive while nobody reads, in their\n"
                    "              order?\n"
                    "              did this\n"
                    "              sent 7, seen 7\n"
                    "              because\n"
                    "0 not_tried, 0 yes, 1 no, 0 inconclusive, 33 not_applicable\n");
}

int main(void)
{
    RUN(every_question_is_complete);
    RUN(what_was_not_done_is_no_answer);
    RUN(json);
    RUN(only_windows_is_called_windows);
    RUN(text_leaves_out_what_does_not_apply);
    return 0;
}

/* command_findings.c - the findings of the doctor: as JSON, as text, and how many prevent a capture. */
#include "../../examples/ipfunnel/doctor/findings.h"
#include "check.h"

static struct findings f;
static char text[4096];

static void read_back(FILE *file)
{
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
}

static FILE *temporary(void)
{
    FILE *file = tmpfile();
    if (!file)
        SKIP("no temporary file");
    f = (struct findings){ .count = 0 };
    return file;
}

static void json_has_null_where_there_is_no_remedy(void)
{
    FILE *file = temporary();
    struct json j = { .out = file };

    finding_remedy(finding_add(&f, "interface", "state", FINDING_PROBLEM, "%s is \"down\"", "eth0"), "bring it %s",
                   "up");
    finding_add(&f, "system", "offloads", FINDING_OK, "none");
    findings_json(&f, &j, NULL);
    read_back(file);
    CHECK_STR(text, "[{\"topic\":\"interface\",\"id\":\"state\",\"level\":\"problem\",\"text\":\"eth0 is "
                    "\\\"down\\\"\",\"remedy\":\"bring it up\"},"
                    "{\"topic\":\"system\",\"id\":\"offloads\",\"level\":\"ok\",\"text\":\"none\",\"remedy\":null}]");
}

static void only_problems_are_counted(void)
{
    fclose(temporary());
    CHECK_INT(findings_problems(&f), 0);
    finding_add(&f, "a", "b", FINDING_OK, "c");
    finding_add(&f, "a", "b", FINDING_NOTE, "c");
    CHECK_INT(findings_problems(&f), 0);
    finding_add(&f, "a", "b", FINDING_PROBLEM, "c");
    finding_add(&f, "a", "b", FINDING_PROBLEM, "c");
    CHECK_INT(findings_problems(&f), 2);
}

static void text_is_broken_at_blanks_under_headings(void)
{
    FILE *file = temporary();

    finding_add(&f, "one", "id", FINDING_NOTE, "%s", "aaaaaaaaaa bbbbbbbbbb cccccccccc dddddddddd eeeeeeeeee "
                "ffffffffff gggggggggg hhhhhhhhhh iiiiiiiiii");
    finding_remedy(finding_add(&f, "one", "id", FINDING_OK, "b\x1b[0m"), "do");
    finding_add(&f, "two", "id", FINDING_PROBLEM, "c");
    findings_print(&f, file);
    read_back(file);
    CHECK_STR(text, "one\n"
                    "note     aaaaaaaaaa bbbbbbbbbb cccccccccc dddddddddd eeeeeeeeee ffffffffff gggggggggg hhhhhhhhhh\n"
                    "         iiiiiiiiii\n"
                    "ok       b?[0m\n"
                    "         do\n"
                    "two\n"
                    "problem  c\n");
}

static void too_much_is_cut_and_nothing_breaks(void)
{
    static char longer[2 * FINDING_TEXT];

    fclose(temporary());
    memset(longer, 'x', sizeof longer - 1);
    for (int i = 0; i < FINDINGS_MOST + 3; i++)
        finding_remedy(finding_add(&f, "a", "b", FINDING_OK, "%s", longer), "%s", longer);
    CHECK_INT(f.count, FINDINGS_MOST);
    CHECK_INT(strlen(f.all[0].text), FINDING_TEXT - 1);
    CHECK_INT(strlen(f.all[FINDINGS_MOST - 1].remedy), FINDING_TEXT - 1);
}

int main(void)
{
    RUN(json_has_null_where_there_is_no_remedy);
    RUN(only_problems_are_counted);
    RUN(text_is_broken_at_blanks_under_headings);
    RUN(too_much_is_cut_and_nothing_breaks);
    return 0;
}

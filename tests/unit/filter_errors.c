/* filter_errors.c - a bad expression: where it is wrong, in one line, with a remedy; and nothing a person can type,
 * long or deep, does more harm than that. */
#include "check.h"
#include <ipfunnel_filter.h>

static int compile(const char *expression, ipfunnel_error *error)
{
    ipfunnel_filter *filter = NULL;
    int status = ipfunnel_filter_compile(&filter, expression, error);
    CHECK((filter != NULL) == (status == 0));
    ipfunnel_filter_free(filter);
    return status;
}

static void expect_one_line(const ipfunnel_error *error, int status)
{
    CHECK_INT(error->status, status);
    CHECK_STR(error->where, "filter");
    CHECK(error->text[0] && !strpbrk(error->text, "\r\n"));
    CHECK(error->remedy[0] && !strpbrk(error->remedy, "\r\n"));
}

/* The | stands where the column must point to. */
static const struct {
    const char *marked, *text;
} rows[] = {
    { "|and", "filter, at \"and\": an expression cannot begin with this" },
    { "udp and |and tcp", "filter, at \"and\": this cannot follow \"and\"" },
    { "udp |$ tcp", "filter, at \"$\": this cannot follow \"udp\"" },
    { "udp and|", "filter, at its end: something is missing after \"and\"" },
    { "udp and |", "filter, at its end: something is missing after \"and\"" },
    { "(udp|", "filter, at its end: something is missing after \"udp\"" },
    { "udp|)", "filter, at \")\": this cannot follow \"udp\"" },
    { "((udp or tcp) and (port 53)|", "filter, at its end" },
    { "ip[0|", "filter, at its end" },
    { "ip[|] = 1", "filter, at \"]\"" },
    { "len <|", "filter, at its end" },
    { "ip proto |tcp", "filter, at \"tcp\"" },
    { "port 80 |foo", "filter, at \"foo\"" },
    { "|a-b", "filter, at \"a-b\"" },
    { "udp or tcp or port |70000 or icmp", "filter, at \"70000\": illegal port number" },
    { "udp and host 10.0.0.0/|33", "filter, at \"33\"" },
    { "net 10.1.2.3/|8", "filter, at \"8\": non-network bits" },
    { "ip and |ip6 and tcp", "filter, at \"ip6\": no datagram can be accepted" },
    { "ip host |::1", "filter, at \"::1\"" },
    { "udp and tcp[0:2] = |99999999999", "filter, at \"99999999999\"" },
    { "ip[0] / |0 = 1", "filter, at \"0\": division by zero" },
    { "tcp host |10.0.0.1", "filter, at \"10.0.0.1\"" },
    { "udp and ip |broadcast", "filter, at \"broadcast\": this needs the network" },
    { "port |nosuchservice or udp", "filter, at \"nosuchservice\": no service has this name" },
    { "udp and proto |nosuchprotocol", "filter, at \"nosuchprotocol\": no protocol has this name" },
    { "udp\nand |\x01", "filter, at \"?\": this cannot follow \"and\"" },
    { "udp and |\xc3\xa4 x", "filter, at \"\xc3\xa4\": this cannot follow \"and\"" },
    { "udp and host |inbound", "filter, at \"inbound\": this cannot follow \"host\"" },
    { "outbound |3", "filter, at \"3\": this cannot follow \"outbound\"" },
    { "udp and inbound and|", "filter, at its end: something is missing after \"and\"" },
    { "inbound and port |nosuchservice", "filter, at \"nosuchservice\": no service has this name" },
    { "ifindex |eth0", "filter, at \"eth0\": this cannot follow \"ifindex\"" },
    { "ifindex|", "filter, at its end: something is missing after \"ifindex\"" },
    { "ifindex 3 |= 3", "filter, at \"=\": this cannot follow \"3\"" },
    { "host |0:1:2: or udp", "filter, at \"0:1:2:\"" },
};

static void the_column_is_where_it_is_wrong(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char expression[80];
        const char *mark = strchr(rows[i].marked, '|');
        snprintf(expression, sizeof expression, "%.*s%s", (int)(mark - rows[i].marked), rows[i].marked, mark + 1);
        ipfunnel_error error = { .column = 0 };
        printf("  %s\n", expression);
        CHECK_INT(compile(expression, &error), IPFUNNEL_EINVAL);
        expect_one_line(&error, IPFUNNEL_EINVAL);
        CHECK_CONTAINS(error.text, rows[i].text);
        CHECK_INT(error.column, mark - rows[i].marked + 1);
    }
}

static void remedies_fit(void)
{
    static const struct {
        const char *expression, *remedy;
    } remedies[] = {
        { "ip proto tcp", "proto \\tcp" },
        { "(udp", "close the parenthesis" },
        { "udp and and", "pcap-filter(7)" },
        { "ip[len-1] = 0", "a minus needs blanks" },
        { "ip[ip[0] + 20-4] = 0", "a minus needs blanks" },
        { "udp tcp-syn", "pcap-filter(7)" },
        { "ip broadcast", "dst host" },
        { "broadcast", "ip broadcast" },
        { "multicast", "ip6 multicast" },
        { "on eth0", "ifindex" },
    };
    for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++) {
        ipfunnel_error error = { .column = 0 };
        CHECK_INT(compile(remedies[i].expression, &error), IPFUNNEL_EINVAL);
        CHECK_CONTAINS(error.remedy, remedies[i].remedy);
    }
}

static void success_touches_no_error(void)
{
    ipfunnel_error error = { .status = 77, .column = 88 };
    CHECK_INT(compile("udp port 53", &error), 0);
    CHECK_INT(error.status, 77);
    CHECK_INT(error.column, 88);
    CHECK_INT(compile("udp and", NULL), IPFUNNEL_EINVAL);
    CHECK_INT(ipfunnel_filter_compile(NULL, "udp", &error), IPFUNNEL_EINVAL);
    ipfunnel_filter_free(NULL);
}

/* `count` times `part` between `before` and `after`. */
static char *repeat(const char *before, const char *part, size_t count, const char *after)
{
    size_t size = strlen(part);
    char *text = malloc(strlen(before) + size * count + strlen(after) + 1), *at = text;
    CHECK(text);
    at += sprintf(at, "%s", before);
    for (size_t i = 0; i < count; i++, at += size)
        memcpy(at, part, size);
    strcpy(at, after);
    return text;
}

static void long_ones_are_refused_where_they_become_too_long(void)
{
    char *longest = repeat("udp", " ", 65536 - 3, ""), *longer = repeat("udp", " ", 65536 - 2, "");
    ipfunnel_error error;
    CHECK_INT(compile(longest, &error), 0);
    CHECK_INT(compile(longer, &error), IPFUNNEL_EINVAL);
    expect_one_line(&error, IPFUNNEL_EINVAL);
    CHECK_INT(error.column, 65537);
    CHECK_CONTAINS(error.text, "65537 bytes, and at most 65536");
    free(longest);
    free(longer);
}

static void words_that_are_too_long_are_refused(void)
{
    char *text = repeat("udp or host ", "a", 256, " or tcp");
    ipfunnel_error error;
    CHECK_INT(compile(text, &error), IPFUNNEL_EINVAL);
    expect_one_line(&error, IPFUNNEL_EINVAL);
    CHECK_INT(error.column, 13);
    CHECK_CONTAINS(error.text, "longer than 255");
    free(text);
}

static void a_late_error_in_a_long_one_is_found(void)
{
    char *text = repeat("udp", " or tcp", 5000, " or or udp");
    ipfunnel_error error;
    CHECK_INT(compile(text, &error), IPFUNNEL_EINVAL);
    CHECK_INT(error.column, 3 + 7 * 5000 + 4 + 1);
    free(text);
}

static void deep_ones_do_no_harm(void)
{
    enum { ALL = 65000 };
    static const struct {
        const char *before, *part, *after;
        size_t most;                       /* bytes; libpcap takes seconds for more of some */
    } deep[] = {
        { "", "(", "", ALL }, { "", "(", "udp", ALL }, { "", "!", "udp", ALL }, { "", "not ", "udp", ALL },
        { "", "-", "1 = 1", 12000 }, { "", "ip[", "0", ALL }, { "1", "+1", " = 1", 3000 },
        { "ip[0", "+ip[1]", "] = 1", 12000 }, { "host 1.2.3.4", " or (1.2.3.4", "", ALL },
        { "udp", " and udp", "", 12000 }, { "udp", " or (tcp", "", ALL }, { "", ")", "", ALL }, { "", "[", "", ALL },
        { "", "\\", "", ALL }, { "", ":", "", ALL }, { "", "0:", "", ALL }, { "", "1.", "", ALL },
        { "port ", "a", "", ALL }, { "", "\x01", "", ALL },
    };
    static const size_t sizes[] = { 100, 3000, 12000, ALL };
    for (size_t i = 0; i < sizeof deep / sizeof *deep; i++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes && sizes[s] <= deep[i].most; s++) {
            char *text = repeat(deep[i].before, deep[i].part, sizes[s] / strlen(deep[i].part), deep[i].after);
            ipfunnel_error error = { .column = 0 };
            int status = compile(text, &error);
            if (status) {
                expect_one_line(&error, IPFUNNEL_EINVAL);
                CHECK(error.column >= 1 && error.column <= strlen(text) + 1);
            }
            free(text);
        }
    char *text = repeat("", "(", 20000, "udp");         /* the parser has 10000 places */
    ipfunnel_error error;
    CHECK_INT(compile(text, &error), IPFUNNEL_EINVAL);
    CHECK_CONTAINS(error.text, "nested too deeply");
    CHECK(error.column > 100 && error.column < 20000);
    free(text);
}

static void without_a_compiler_there_is_no_filter_but_the_empty_one(void)
{
    ipfunnel_error error = { .column = 1 };
    CHECK_INT(compile("udp", &error), IPFUNNEL_EOPNOTSUPP);
    expect_one_line(&error, IPFUNNEL_EOPNOTSUPP);
    CHECK_CONTAINS(error.remedy, "libpcap-dev");
    CHECK_INT(error.column, 0);
    CHECK_INT(compile("", &error), 0);
    CHECK_INT(compile(NULL, &error), 0);
    CHECK_INT(compile("vlan 7", &error), IPFUNNEL_EINVAL);
    CHECK_INT(error.column, 1);
}

int main(void)
{
    if (compile("udp", NULL) == IPFUNNEL_EOPNOTSUPP) {
        RUN(without_a_compiler_there_is_no_filter_but_the_empty_one);
        return 0;
    }
    RUN(the_column_is_where_it_is_wrong);
    RUN(remedies_fit);
    RUN(success_touches_no_error);
    RUN(long_ones_are_refused_where_they_become_too_long);
    RUN(words_that_are_too_long_are_refused);
    RUN(a_late_error_in_a_long_one_is_found);
    RUN(deep_ones_do_no_harm);
    return 0;
}

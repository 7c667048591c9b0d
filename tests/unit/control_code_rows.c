/* control_code_rows.c - the table of control codes: complete, found by code and by name, and true to its documents. */
#include "check.h"
#include <ctype.h>
#include <ipfunnel_ioctl.h>
#include <stdbool.h>

/* The names of the LPWSPIOCTL page, with the opcode settings of its headings: "" where it gives none. Then the codes
 * that it leaves out, with what "Winsock IOCTLs" says of them. */
static const struct {
    const char *name;
    const char *setting;
} documented[] = {
    { "FIONBIO", "" }, { "FIONREAD", "" }, { "SIOCATMARK", "" },
    { "SIO_ACQUIRE_PORT_RESERVATION", "I, T==3" }, { "SIO_ADDRESS_LIST_CHANGE", "T==1" },
    { "SIO_ADDRESS_LIST_QUERY", "O, T==1" }, { "SIO_ASSOCIATE_HANDLE", "I, T==1" },
    { "SIO_ASSOCIATE_PORT_RESERVATION", "I, T==3" }, { "SIO_BASE_HANDLE", "O, T==1" }, { "SIO_BSP_HANDLE", "O, T==1" },
    { "SIO_BSP_HANDLE_SELECT", "O, T==1" }, { "SIO_BSP_HANDLE_POLL", "O, T==1" }, { "SIO_CHK_QOS", "I, O, T==3" },
    { "SIO_ENABLE_CIRCULAR_QUEUEING", "V, T==1" }, { "SIO_FIND_ROUTE", "O, T==1" }, { "SIO_FLUSH", "V, T==1" },
    { "SIO_GET_BROADCAST_ADDRESS", "O, T==1" }, { "SIO_GET_EXTENSION_FUNCTION_POINTER", "I, O, T==1" },
    { "SIO_GET_GROUP_QOS", "O, T==1" }, { "SIO_GET_INTERFACE_LIST", "O, T==0" },
    { "SIO_GET_INTERFACE_LIST_EX", "O, T==0" }, { "SIO_GET_QOS", "O, T==1" },
    { "SIO_IDEAL_SEND_BACKLOG_CHANGE", "V, T==0" }, { "SIO_IDEAL_SEND_BACKLOG_QUERY", "O, T==0" },
    { "SIO_KEEPALIVE_VALS", "I, T==3" }, { "SIO_MULTIPOINT_LOOPBACK", "I, T==1" }, { "SIO_MULTICAST_SCOPE", "I, T==1" },
    { "SIO_QUERY_RSS_SCALABILITY_INFO", "O, T==3" }, { "SIO_QUERY_WFP_ALE_ENDPOINT_HANDLE", "O, T==3" },
    { "SIO_QUERY_PNP_TARGET_HANDLE", "O, T==1" }, { "SIO_RCVALL", "I, T==3" },
    { "SIO_RELEASE_PORT_RESERVATION", "I, T==3" }, { "SIO_ROUTING_INTERFACE_CHANGE", "I, T==1" },
    { "SIO_ROUTING_INTERFACE_QUERY", "I, O, T==1" }, { "SIO_SET_COMPATIBILITY_MODE", "I, T==3" },
    { "SIO_SET_GROUP_QOS", "I, T==1" }, { "SIO_SET_QOS", "I, T==1" }, { "SIO_TRANSLATE_HANDLE", "I, O, T==1" },
    { "SIO_UDP_CONNRESET", "I, T==3" },
    { "SIO_LOOPBACK_FAST_PATH", "I, T==3" }, { "SIO_RCVALL_MCAST", "I, T==3" }, { "SIO_RCVALL_IGMPMCAST", "I, T==3" },
    { "SIO_RCVALL_MCAST_IF", "" }, { "SIO_RCVALL_IF", "" }, { "SIO_TIMESTAMPING", "" },
};
enum { ON_THE_PAGE = 39, ALL = sizeof documented / sizeof *documented };

static uint32_t bits_of(const char *setting)
{
    uint32_t bits = 0;
    for (; *setting; setting++)
        if (isdigit((unsigned char)*setting))
            bits |= (uint32_t)(*setting - '0') << 27;
        else
            bits |= *setting == 'I' ? 0x80000000u : *setting == 'O' ? 0x40000000u : *setting == 'V' ? 0x20000000u : 0;
    return bits;
}

static void all_documented_codes_are_there_in_their_order(void)
{
    CHECK_INT(ALL, ON_THE_PAGE + 6);
    for (int i = 0; i < ALL; i++) {
        CHECK(ipfunnel_ioctl_at(i));
        CHECK_STR(ipfunnel_ioctl_at(i)->name, documented[i].name);
        CHECK_INT(ipfunnel_ioctl_at(i)->opcode_setting, bits_of(documented[i].setting));
    }
    CHECK(!ipfunnel_ioctl_at(ALL));
    CHECK(!ipfunnel_ioctl_at(-1));
}

/* Where the headings and the headers' numbers contradict each other, both are shown. */
static void three_codes_are_not_what_their_headings_say(void)
{
    int differ = 0;
    for (int i = 0; i < ALL; i++) {
        const ipfunnel_ioctl *row = ipfunnel_ioctl_at(i);
        if (!row->opcode_setting || row->opcode_setting == (row->code & 0xf8000000u))
            continue;
        differ++;
        CHECK(strcmp(row->name, "SIO_ADDRESS_LIST_CHANGE") == 0 || strcmp(row->name, "SIO_GET_QOS") == 0 ||
              strcmp(row->name, "SIO_GET_GROUP_QOS") == 0);
    }
    CHECK_INT(differ, 3);
}

/* Numbers that no header of mingw-w64 has; the others are held against the headers in control_code_values_windows.c. */
static void numbers_that_only_the_sdk_has(void)
{
    CHECK_INT(ipfunnel_ioctl_by_name("SIO_IDEAL_SEND_BACKLOG_CHANGE")->code, 0x2000747a);
    CHECK_INT(ipfunnel_ioctl_by_name("SIO_IDEAL_SEND_BACKLOG_QUERY")->code, 0x4004747b);
    CHECK_INT(ipfunnel_ioctl_by_name("SIO_QUERY_RSS_SCALABILITY_INFO")->code, 1476395218);
    CHECK_INT(ipfunnel_ioctl_by_name("SIO_QUERY_WFP_ALE_ENDPOINT_HANDLE")->code, 1476395213);
    CHECK_INT(ipfunnel_ioctl_by_name("SIO_SET_COMPATIBILITY_MODE")->code, 2550137132);
    CHECK_INT(ipfunnel_ioctl_by_name("SIO_RCVALL")->code, 0x98000001);
}

static void each_is_found_by_its_code(void)
{
    for (int i = 0; i < ALL; i++) {
        CHECK(ipfunnel_ioctl_by_code(ipfunnel_ioctl_at(i)->code) == ipfunnel_ioctl_at(i));
        for (int k = 0; k < i; k++)
            CHECK(ipfunnel_ioctl_at(k)->code != ipfunnel_ioctl_at(i)->code);
    }
    CHECK(!ipfunnel_ioctl_by_code(0));
    CHECK(!ipfunnel_ioctl_by_code(0x98000099));
}

static void each_is_found_by_its_name(void)
{
    for (int i = 0; i < ALL; i++) {
        const ipfunnel_ioctl *row = ipfunnel_ioctl_at(i);
        bool prefixed = strncmp(row->name, "SIO_", 4) == 0;
        char small[64];
        size_t n = 0;
        for (; row->name[n]; n++)
            small[n] = (char)tolower((unsigned char)row->name[n]);
        small[n] = 0;
        CHECK(ipfunnel_ioctl_by_name(row->name) == row);
        CHECK(ipfunnel_ioctl_by_name(small) == row);
        CHECK(ipfunnel_ioctl_by_name(prefixed ? row->name + 4 : row->name) == row);
        CHECK(ipfunnel_ioctl_by_name(prefixed ? small + 4 : small) == row);
        small[n - 1] = 0;
        CHECK(ipfunnel_ioctl_by_name(small) != row);
    }
    const ipfunnel_ioctl *target = ipfunnel_ioctl_by_name("SIO_QUERY_TARGET_PNP_HANDLE");
    CHECK(target && target == ipfunnel_ioctl_by_name("Query_Pnp_Target_Handle"));
    CHECK(target == ipfunnel_ioctl_by_name("query_target_pnp_handle"));
}

static void what_is_no_name_finds_nothing(void)
{
    static const char *const none[] = {
        "", "SIO_", "sio_", "ATMARK", "SIO_FIONBIO", "SIO_SIO_RCVALL", "RCVALLX", "SIO_RCVALL ", " RCVALL",
        "0x98000001",
    };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        CHECK(!ipfunnel_ioctl_by_name(none[i]));
    CHECK(!ipfunnel_ioctl_by_name(NULL));
}

/* One line each; and a row without an answer says why. */
static void every_row_has_its_texts(void)
{
    for (int i = 0; i < ALL; i++) {
        const ipfunnel_ioctl *row = ipfunnel_ioctl_at(i);
        const char *const texts[] = { row->meaning, row->on_windows, row->on_linux, row->on_libpcap };
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            CHECK(texts[k] && strlen(texts[k]) >= 8 && strlen(texts[k]) <= 105 && !strchr(texts[k], '\n'));
            if (k > 0 && strncmp(texts[k], "none: ", 6) != 0 && strncmp(texts[k], "as SIO_", 7) != 0)
                CHECK(strstr(texts[k], "ipfunnel_") || strstr(texts[k], "IPFUNNEL_"));
        }
    }
}

int main(void)
{
    RUN(all_documented_codes_are_there_in_their_order);
    RUN(three_codes_are_not_what_their_headings_say);
    RUN(numbers_that_only_the_sdk_has);
    RUN(each_is_found_by_its_code);
    RUN(each_is_found_by_its_name);
    RUN(what_is_no_name_finds_nothing);
    RUN(every_row_has_its_texts);
    return 0;
}

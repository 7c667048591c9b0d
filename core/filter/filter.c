/* filter.c - from an expression to a filter that can be asked. */
#include "filter.h"
#include "error.h"
#include "filter_codes.h"
#include "filter_compiler.h"
#include "filter_program.h"
#include "filter_words.h"
#include <stdlib.h>
#include <string.h>

/* As much as libpcap's programs keep; any number but 0 would do. */
enum { EVERYTHING = 262144 };

static int too_long(const char *expression, size_t length, ipfunnel_error *error)
{
    struct ipfunnel__word end = { .at = expression + IPFUNNEL__EXPRESSION_MOST };
    ipfunnel__word_fail(error, expression, &end, "it has %zu bytes, and at most %d are accepted", length,
                        IPFUNNEL__EXPRESSION_MOST);
    return ipfunnel__remedy(error, "shorten it: \"net\" and \"portrange\" stand for many hosts and ports");
}

static bool is_blank(const char *expression)
{
    struct ipfunnel__word word;
    return !ipfunnel__word_next(&expression, &word);
}

static int accept_everything(struct ipfunnel__instruction **code, uint32_t *length, ipfunnel_error *error)
{
    *code = malloc(sizeof **code);
    if (!*code)
        return ipfunnel__no_memory(error, "filter");
    **code = (struct ipfunnel__instruction){ .code = BPF_RET | BPF_K, .k = EVERYTHING };
    *length = 1;
    return IPFUNNEL_OK;
}

static int translate(const char *expression, const ipfunnel_address *network, struct ipfunnel__instruction **code,
                     uint32_t *length, ipfunnel_error *error)
{
    if (is_blank(expression))
        return accept_everything(code, length, error);
    int status = ipfunnel__words_check(expression, error);
    if (status)
        return status;
    /* Networks of one or two addresses have no broadcast address. */
    bool has_mask = network && network->prefix_length < 31;
    uint32_t mask = has_mask && network->prefix_length ? UINT32_MAX << (32 - network->prefix_length) : 0;
    status = ipfunnel__filter_translate(expression, has_mask ? &mask : NULL, code, length, error);
    if (status)
        return status;
    const char *wrong = ipfunnel__program_check(*code, *length);
    if (!wrong)
        return IPFUNNEL_OK;
    ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "filter",
                   "the program that libpcap made of \"%.100s\" cannot run: %s", expression, wrong);
    return ipfunnel__remedy(error, "write the expression in another way, and report it to ipfunnel");
}

int ipfunnel__filter_make(ipfunnel_filter **out, const char *expression, const ipfunnel_address *network,
                          ipfunnel_error *error)
{
    struct ipfunnel__instruction *code = NULL;
    uint32_t length = 0;
    size_t size = strlen(expression);
    int status = size > IPFUNNEL__EXPRESSION_MOST ? too_long(expression, size, error)
                                                  : translate(expression, network, &code, &length, error);
    ipfunnel_filter *filter = NULL;
    if (!status) {
        filter = malloc(sizeof *filter + size + 1);
        if (!filter)
            status = ipfunnel__no_memory(error, "filter");
    }
    if (status) {
        free(code);
        return status;
    }
    *filter = (ipfunnel_filter){
        .code = code,
        .length = length,
        .reach = ipfunnel__program_reach(code, length),
    };
    memcpy(filter->expression, expression, size + 1);
    *out = filter;
    return IPFUNNEL_OK;
}

int ipfunnel_filter_compile(ipfunnel_filter **out, const char *expression, ipfunnel_error *error)
{
    ipfunnel_error local = { .status = IPFUNNEL_OK };
    int status = out ? ipfunnel__filter_make(out, expression ? expression : "", NULL, &local)
                     : ipfunnel__fail(&local, IPFUNNEL_EINVAL, 0, "ipfunnel_filter_compile",
                                      "there is no place for the filter");
    if (status && error)
        *error = local;
    return status;
}

int ipfunnel_filter_match(const ipfunnel_filter *filter, const ipfunnel_datagram *datagram)
{
    return ipfunnel__filter_accepts(filter, datagram);
}

char *ipfunnel_filter_line(const ipfunnel_filter *filter, uint32_t index, char *out, size_t size)
{
    return index < filter->length ? ipfunnel__instruction_text(&filter->code[index], index, out, size) : NULL;
}

void ipfunnel_filter_free(ipfunnel_filter *filter)
{
    if (!filter)
        return;
    free(filter->code);
    free(filter);
}

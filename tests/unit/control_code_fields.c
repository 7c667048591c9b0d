/* control_code_fields.c - a control code and its fields are the same 32 bits. */
#include "check.h"
#include <ipfunnel_ioctl.h>

/* Put together by hand, as the documents draw the bits. */
static void each_field_has_its_place(void)
{
    static const struct {
        ipfunnel_ioctl_fields fields;
        uint32_t code;
    } known[] = {
        { .fields = { .direction = IPFUNNEL_IOCTL_IN }, .code = 0x80000000 },
        { .fields = { .direction = IPFUNNEL_IOCTL_OUT }, .code = 0x40000000 },
        { .fields = { .direction = IPFUNNEL_IOCTL_VOID }, .code = 0x20000000 },
        { .fields = { .type = IPFUNNEL_IOCTL_WINSOCK }, .code = 0x08000000 },
        { .fields = { .type = IPFUNNEL_IOCTL_FAMILY }, .code = 0x10000000 },
        { .fields = { .type = IPFUNNEL_IOCTL_VENDOR }, .code = 0x18000000 },
        { .fields = { .owner = 0x7ff }, .code = 0x07ff0000 },
        { .fields = { .owner = 1 }, .code = 0x00010000 },
        { .fields = { .number = 0xffff }, .code = 0x0000ffff },
        { .fields = { .direction = IPFUNNEL_IOCTL_IN, .type = IPFUNNEL_IOCTL_VENDOR,
                      .number = 1 }, .code = 0x98000001 },
        { .fields = { .direction = IPFUNNEL_IOCTL_IN | IPFUNNEL_IOCTL_OUT, .type = IPFUNNEL_IOCTL_WINSOCK,
                      .number = 6 }, .code = 0xc8000006 },
        { .fields = { .direction = IPFUNNEL_IOCTL_OUT, .type = IPFUNNEL_IOCTL_UNIX, .owner = 4,
                      .number = 'f' << 8 | 127 }, .code = 0x4004667f },
        { .fields = { .direction = 7, .type = 3, .owner = 0x7ff, .number = 0xffff }, .code = 0xffffffff },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        ipfunnel_ioctl_fields f = known[i].fields, back = IPFUNNEL_IOCTL_FIELDS_INIT;
        uint32_t code = ~known[i].code;
        f.size = sizeof f;
        CHECK_INT(ipfunnel_ioctl_encode(&f, &code), IPFUNNEL_OK);
        CHECK_INT(code, known[i].code);
        CHECK_INT(ipfunnel_ioctl_decode(code, &back), IPFUNNEL_OK);
        CHECK_INT(back.direction, f.direction);
        CHECK_INT(back.type, f.type);
        CHECK_INT(back.owner, f.owner);
        CHECK_INT(back.number, f.number);
    }
}

/* Fields to code to fields. */
static void comes_back(uint32_t direction, uint32_t type, uint32_t owner, uint32_t number)
{
    const ipfunnel_ioctl_fields f = { sizeof f, direction, type, owner, number };
    ipfunnel_ioctl_fields back = IPFUNNEL_IOCTL_FIELDS_INIT;
    uint32_t code = 0;
    CHECK(ipfunnel_ioctl_encode(&f, &code) == IPFUNNEL_OK);
    CHECK(code == (direction * 4 + type) * 0x8000000u + owner * 0x10000u + number);
    CHECK(ipfunnel_ioctl_decode(code, &back) == IPFUNNEL_OK);
    CHECK(back.size == sizeof back && back.direction == direction && back.type == type && back.owner == owner &&
          back.number == number);
}

/* No field crosses the middle of the code. So: all that stand in the upper half, in every combination, and every number
 * in the lower half, each against the ends and every single bit of the other. */
static void every_combination_of_fields_comes_back(void)
{
    uint32_t edges[34] = { 0, 0xffff };
    for (uint32_t bit = 0; bit < 16; bit++) {
        edges[2 + bit] = 1u << bit;
        edges[18 + bit] = 0xffff & ~(1u << bit);
    }
    for (size_t e = 0; e < sizeof edges / sizeof *edges; e++) {
        for (uint32_t direction = 0; direction < 8; direction++)
            for (uint32_t type = 0; type < 4; type++)
                for (uint32_t owner = 0; owner < 0x800; owner++)
                    comes_back(direction, type, owner, edges[e]);
        for (uint32_t number = 0; number < 0x10000; number++)
            comes_back(edges[e] >> 13, edges[e] >> 11 & 3, edges[e] & 0x7ff, number);
    }
}

static void a_field_that_is_too_large_is_refused(void)
{
    static const ipfunnel_ioctl_fields bad[] = {
        { .direction = 8 }, { .type = 4 }, { .owner = 0x800 }, { .number = 0x10000 },
        { .direction = UINT32_MAX }, { .type = UINT32_MAX }, { .owner = UINT32_MAX }, { .number = UINT32_MAX },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ipfunnel_ioctl_fields f = bad[i];
        uint32_t code = 4711;
        f.size = sizeof f;
        CHECK_INT(ipfunnel_ioctl_encode(&f, &code), IPFUNNEL_EINVAL);
        CHECK_INT(code, 4711);
    }
}

static void a_struct_without_its_size_is_refused(void)
{
    ipfunnel_ioctl_fields f = { .size = 0, .number = 1 };
    uint32_t code = 4711;
    CHECK_INT(ipfunnel_ioctl_encode(&f, &code), IPFUNNEL_EINVAL);
    CHECK_INT(ipfunnel_ioctl_decode(0x98000001, &f), IPFUNNEL_EINVAL);
    CHECK_INT(ipfunnel_ioctl_encode(NULL, &code), IPFUNNEL_EINVAL);
    CHECK_INT(ipfunnel_ioctl_decode(0x98000001, NULL), IPFUNNEL_EINVAL);
    CHECK_INT(code, 4711);
    CHECK_INT(f.number, 1);
}

int main(void)
{
    RUN(each_field_has_its_place);
    RUN(every_combination_of_fields_comes_back);
    RUN(a_field_that_is_too_large_is_refused);
    RUN(a_struct_without_its_size_is_refused);
    return 0;
}

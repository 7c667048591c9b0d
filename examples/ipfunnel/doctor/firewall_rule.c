#include "firewall_rule.h"
#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static bool same(const char *text, size_t length, const char *other)
{
    if (strlen(other) != length)
        return false;
    for (size_t i = 0; i < length; i++)
        if (tolower((unsigned char)text[i]) != tolower((unsigned char)other[i]))
            return false;
    return true;
}

/* Is there a field NAME=VALUE between bars? */
static bool has(const char *rule, const char *name, const char *value)
{
    const size_t name_length = strlen(name);

    for (const char *field = rule; *field;) {
        size_t length = strcspn(field, "|");
        if (length > name_length && same(field, name_length, name) && field[name_length] == '=' &&
            same(field + name_length + 1, length - name_length - 1, value))
            return true;
        field += length;
        field += *field == '|';
    }
    return false;
}

enum firewall_rule firewall_rule_read(const char *rule, const char *program)
{
    if (!has(rule, "Active", "TRUE") || !has(rule, "Dir", "In") || !has(rule, "App", program))
        return FIREWALL_RULE_OTHER;
    return has(rule, "Action", "Block")   ? FIREWALL_RULE_BLOCKS
           : has(rule, "Action", "Allow") ? FIREWALL_RULE_ALLOWS
                                          : FIREWALL_RULE_OTHER;
}

/* firewall_rule.h - reads a rule of the Windows firewall as the registry keeps it:
 *   v2.30|Action=Allow|Active=TRUE|Dir=In|App=C:\tools\ipfunnel.exe|Name=...| */
#ifndef FIREWALL_RULE_H
#define FIREWALL_RULE_H

enum firewall_rule {
    FIREWALL_RULE_OTHER = 0,    /* switched off, outbound, or about something else */
    FIREWALL_RULE_ALLOWS = 1,   /* lets datagrams in to the program, perhaps not all */
    FIREWALL_RULE_BLOCKS = 2    /* such a rule wins over one that allows */
};

/* What the rule does to what comes in for `program`, a full path in any case of ASCII letters. */
enum firewall_rule firewall_rule_read(const char *rule, const char *program);

#endif

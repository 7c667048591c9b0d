/* command_firewall_rule.c - which rules of the Windows firewall let a program receive. */
#include "../../examples/ipfunnel/doctor/firewall_rule.h"
#include "check.h"

static const char program[] = "C:\\Tools\\ipfunnel.exe";

#define HEAD "v2.30|"
#define APP "App=C:\\tools\\IPFUNNEL.EXE|Name=ipfunnel|"

static void an_inbound_rule_for_the_program_counts(void)
{
    CHECK_INT(firewall_rule_read(HEAD "Action=Allow|Active=TRUE|Dir=In|" APP, program), FIREWALL_RULE_ALLOWS);
    CHECK_INT(firewall_rule_read(HEAD "Action=Block|Active=TRUE|Dir=In|" APP, program), FIREWALL_RULE_BLOCKS);
    CHECK_INT(firewall_rule_read("App=C:\\Tools\\ipfunnel.exe|Dir=In|Active=TRUE|Action=Allow", program),
              FIREWALL_RULE_ALLOWS);
}

static void any_other_rule_does_not(void)
{
    static const char *const others[] = {
        "",
        "|",
        "||||",
        HEAD "Action=Allow|Active=FALSE|Dir=In|" APP,
        HEAD "Action=Allow|Active=TRUE|Dir=Out|" APP,
        HEAD "Active=TRUE|Dir=In|" APP,
        HEAD "Action=Allow|Active=TRUE|Dir=In|Name=all programs|",
        HEAD "Action=Allow|Active=TRUE|Dir=In|App=C:\\Tools\\ipfunnel.exe.old|",
        HEAD "Action=Allow|Active=TRUE|Dir=In|App=C:\\Tools\\ipfunnel.ex|",
        HEAD "Action=Allow|Active=TRUE|Dir=In|XApp=C:\\Tools\\ipfunnel.exe|",
        HEAD "Action=Allow|Active=TRUE|Dir=In|Desc=App=C:\\Tools\\ipfunnel.exe|",
        HEAD "Action=Allow|Active=TRUE|Dir=In|App",
    };

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        CHECK_INT(firewall_rule_read(others[i], program), FIREWALL_RULE_OTHER);
}

int main(void)
{
    RUN(an_inbound_rule_for_the_program_counts);
    RUN(any_other_rule_does_not);
    return 0;
}

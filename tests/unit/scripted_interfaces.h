/* scripted_interfaces.h - the list of interfaces, as a test says it is. */
#ifndef IPFUNNEL_TESTS_SCRIPTED_INTERFACES_H
#define IPFUNNEL_TESTS_SCRIPTED_INTERFACES_H
#include <stdbool.h>

enum { SCRIPTED_INDEX = 7 };

void scripted_interface(bool present, bool running);
void scripted_set_addresses(const char *const addresses[], int count);
void scripted_interfaces_fail(void);

#endif

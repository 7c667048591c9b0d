#include "platform_wait.h"
#include <stddef.h>

const struct platform_way *const platform_ways[] = { &platform_way_poll, &platform_way_select, NULL };

/* settings_check.h - what the options of "ipfunnel capture" say together. */
#ifndef SETTINGS_CHECK_H
#define SETTINGS_CHECK_H
#include "capture_settings.h"

/* False after saying which of them exclude each other, or what is missing. */
bool settings_agree(const struct capture_settings *settings);

/* Sets what the command line leaves open. */
void settings_fill_in(struct capture_settings *settings);

#endif

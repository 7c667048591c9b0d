/* error.h - filling the public error object. Inside the library it is never NULL: a public function whose caller gave
 * none passes a local one. */
#ifndef IPFUNNEL_CORE_ERROR_H
#define IPFUNNEL_CORE_ERROR_H
#include <ipfunnel.h>

#if defined(__MINGW32__)
#define IPFUNNEL__PRINTF(text, first) __attribute__((format(gnu_printf, text, first)))    /* C11, not msvcrt's */
#elif defined(__GNUC__)
#define IPFUNNEL__PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define IPFUNNEL__PRINTF(text, first)
#endif

/* Writes status, OS code, the failing call and the text into *error, clears the remedy, and returns status, so that a
 * caller can write `return ipfunnel__fail(...)`. */
int ipfunnel__fail(ipfunnel_error *error, int status, int os_code, const char *where, const char *format, ...)
    IPFUNNEL__PRINTF(5, 6);

/* Sets what to do about it; returns error->status. */
int ipfunnel__remedy(ipfunnel_error *error, const char *format, ...) IPFUNNEL__PRINTF(2, 3);

/* Out of memory in a call, with the remedy; returns IPFUNNEL_ENOMEM. */
int ipfunnel__no_memory(ipfunnel_error *error, const char *where);

#endif

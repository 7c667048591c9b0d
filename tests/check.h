/* check.h - all of our test framework. A test program runs its tests in order and exits 0 (pass), 1 (fail) or 77 (skip,
 * with the reason printed). A failed CHECK ends the program with the place and both values: later tests would only
 * repeat the news. */
#ifndef IPFUNNEL_TESTS_CHECK_H
#define IPFUNNEL_TESTS_CHECK_H
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
            exit(1); \
        } \
    } while (0)

#define CHECK_INT(actual, expected) \
    do { \
        long long check_a = (long long)(actual), check_e = (long long)(expected); \
        if (check_a != check_e) { \
            fprintf(stderr, "%s:%d: %s is %lld, expected %lld (%s)\n", __FILE__, __LINE__, #actual, check_a, check_e, \
                    #expected); \
            exit(1); \
        } \
    } while (0)

#define CHECK_STR(actual, expected) \
    do { \
        const char *check_a = (actual), *check_e = (expected); \
        if (strcmp(check_a, check_e) != 0) { \
            fprintf(stderr, "%s:%d: %s is\n  \"%s\", expected\n  \"%s\"\n", __FILE__, __LINE__, #actual, check_a, \
                    check_e); \
            exit(1); \
        } \
    } while (0)

#define CHECK_CONTAINS(actual, part) \
    do { \
        const char *check_a = (actual), *check_p = (part); \
        if (!strstr(check_a, check_p)) { \
            fprintf(stderr, "%s:%d: %s is\n  \"%s\", which lacks\n  \"%s\"\n", __FILE__, __LINE__, #actual, check_a, \
                    check_p); \
            exit(1); \
        } \
    } while (0)

#define CHECK_BYTES(actual, expected, size) \
    do { \
        const uint8_t *check_a = (const uint8_t *)(actual), *check_e = (const uint8_t *)(expected); \
        for (size_t check_i = 0; check_i < (size_t)(size); check_i++) \
            if (check_a[check_i] != check_e[check_i]) { \
                fprintf(stderr, "%s:%d: %s differs at byte %zu: %02x, expected %02x\n", __FILE__, __LINE__, #actual, \
                        check_i, check_a[check_i], check_e[check_i]); \
                exit(1); \
            } \
    } while (0)

#define SKIP(...) \
    do { \
        printf("SKIP: "); \
        printf(__VA_ARGS__); \
        printf("\n"); \
        exit(77); \
    } while (0)

/* Runs one test function and prints its name, so that a failing program says where it was. */
#define RUN(test) \
    do { \
        printf("%s\n", #test); \
        fflush(stdout); \
        test(); \
    } while (0)

#endif

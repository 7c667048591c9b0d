/* json_writer.h - writes JSON text: commas by itself, strings escaped, nothing kept in memory. */
#ifndef JSON_WRITER_H
#define JSON_WRITER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json {
    FILE *out;
    bool follows;               /* something stands before in this object or array: a comma is due */
};

/* `key` is NULL inside an array and for the outermost value. */
void json_open(struct json *, const char *key, char bracket);        /* '{' or '[' */
void json_close(struct json *, char bracket);                        /* '}' or ']' */
void json_string(struct json *, const char *key, const char *text);  /* NULL is written as null */
void json_number(struct json *, const char *key, uint64_t value);
void json_signed(struct json *, const char *key, int64_t value);
void json_bool(struct json *, const char *key, bool value);
void json_null(struct json *, const char *key);
void json_hex(struct json *, const char *key, const uint8_t *bytes, size_t length);

/* Writes text as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, one for each. */
void json_quote(FILE *out, const char *text);

#endif

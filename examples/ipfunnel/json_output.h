/* json_output.h - datagrams and events as JSON, one object per line. examples/README.md explains the members. */
#ifndef JSON_OUTPUT_H
#define JSON_OUTPUT_H
#include <ipfunnel.h>
#include <stdbool.h>
#include <stdio.h>

void json_datagram(FILE *out, const ipfunnel_datagram *datagram, bool with_bytes);
void json_event(FILE *out, const ipfunnel_event *event, const char *interface_name);

#endif

/* 02_list.c - lists the interfaces and their addresses, and marks the one that "default" opens. */
#include <ipfunnel.h>
#include <stdio.h>

int main(void)
{
    const ipfunnel_interface *chain = NULL;
    ipfunnel_error e;
    char text[46];

    if (ipfunnel_interfaces(&chain, &e) < 0) return fprintf(stderr, "%s\n%s\n", e.text, e.remedy), 1;
    for (const ipfunnel_interface *i = chain; i; i = i->next) {
        printf("%c %u %s\n", i->flags & IPFUNNEL_INTERFACE_SUGGESTED ? '*' : ' ', (unsigned)i->index, i->name);
        for (uint32_t k = 0; k < i->address_count; k++) {
            const ipfunnel_address *a = &i->addresses[k];
            printf("    %s/%u\n", ipfunnel_address_text(a->version, a->bytes, text, sizeof text),
                   (unsigned)a->prefix_length);
        }
    }
    ipfunnel_interfaces_free(chain);
    return 0;
}

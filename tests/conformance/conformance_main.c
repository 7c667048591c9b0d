/* Runs one test against one backend:  test_conformance BACKEND TEST.  Without arguments it lists both. */
#include "behaviours.h"
#include "fixture.h"

static const struct rig *const rigs[] = {
    &rig_memory,
#ifdef CONFORMANCE_AF_PACKET
    &rig_af_packet,
    &rig_af_packet_slots,
#endif
#ifdef CONFORMANCE_PCAP
    &rig_pcap,
#endif
#ifdef CONFORMANCE_SIO_RCVALL
    &rig_sio_rcvall,
#endif
#ifdef CONFORMANCE_SAVEFILE
    &rig_savefile,
#endif
};

static const struct {
    const char *name;
    void (*run)(void);
} behaviours[] = {
#define BEHAVIOUR_ROW(test) { .name = #test, .run = test },
    BEHAVIOURS(BEHAVIOUR_ROW)
#undef BEHAVIOUR_ROW
};

enum { RIGS = sizeof rigs / sizeof *rigs, TESTS = sizeof behaviours / sizeof *behaviours };

const struct rig *rig;

static const char *title(const struct rig *of)
{
    return of->variant ? of->variant : of->name;
}

static int run(const char *backend, const char *test)
{
    size_t r = 0, t = 0;
    while (r < RIGS && strcmp(title(rigs[r]), backend) != 0)
        r++;
    while (t < TESTS && strcmp(behaviours[t].name, test) != 0)
        t++;
    if (r == RIGS || t == TESTS) {
        fprintf(stderr, "no %s is called %s\n", r == RIGS ? "backend here" : "test", r == RIGS ? backend : test);
        return 1;
    }
    rig = rigs[r];
    rig->set_up();
    ipfunnel_error error;
    int status = ipfunnel_probe(rig->name, &error);
    if (status)
        SKIP("%s: %s", ipfunnel_status_text(status), error.text);
    behaviours[t].run();
    close_all();
    rig->clean_up();
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3)
        return run(argv[1], argv[2]);
    printf("usage: %s BACKEND TEST\nbackends:\n", argv[0]);
    for (size_t i = 0; i < RIGS; i++)
        printf("  %s\n", title(rigs[i]));
    printf("tests:\n");
    for (size_t i = 0; i < TESTS; i++)
        printf("  %s\n", behaviours[i].name);
    return argc == 1 ? 0 : 1;
}

/* random_frames.h - frames by chance for the program in the kernel, and what the kernel sees of them. */
#ifndef IPFUNNEL_TESTS_RANDOM_FRAMES_H
#define IPFUNNEL_TESTS_RANDOM_FRAMES_H
#include "filter/filter_preselect.h"
#include "kernel_bpf.h"
#include "random_filters.h"

enum { RANDOM_FRAME_ROOM = 2048, RANDOM_INTERFACE = 5 };

struct random_frame {
    uint8_t bytes[RANDOM_FRAME_ROOM];
    struct ipfunnel__frame frame;
    struct kernel_frame seen;
};

/* Frames of these files (tests/frames), too, from now on. */
void random_frames_from(char **files, int count);

/* A frame that can come about in that view: with tags, padding, damage, the facts of super-datagrams. */
void random_frame(struct random_frame *out, const struct ipfunnel__kernel_view *view);

#endif

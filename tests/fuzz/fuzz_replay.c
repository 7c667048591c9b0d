/* Runs a harness over a committed corpus, without libFuzzer: fuzz_replay LIST, a file with one path per line. */
#include "fuzz.h"

enum { LARGEST = 1 << 20 };

static void replay(const char *path)
{
    static uint8_t bytes[LARGEST];
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "cannot open %s\n", path);
        exit(1);
    }
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    struct exact_bytes input = exact_bytes(bytes, size);
    LLVMFuzzerTestOneInput(input.bytes, size);
    free(input.block);
}

int main(int argc, char **argv)
{
    char path[4096];
    int count = 0;
    FILE *list = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (!list) {
        fprintf(stderr, "usage: %s LIST\n", argv[0]);
        return 1;
    }
    while (fgets(path, sizeof path, list)) {
        path[strcspn(path, "\r\n")] = '\0';
        if (*path) {
            replay(path);
            count++;
        }
    }
    fclose(list);
    printf("%d inputs\n", count);
    return count ? 0 : 1;
}

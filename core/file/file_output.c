/* file_output.c - see file_output.h. C streams are used without their buffer: a buffer of a size that knows nothing of
 * records would cut them when the process is killed. */
#include "file_output.h"
#include "error.h"
#include "os.h"
#include <errno.h>
#include <stdlib.h>

/* Failures of a file that have a remedy of their own. The texts are strerror's: these are codes of the C library, which
 * on Windows are not those of the system. */
static const struct {
    int code;
    const char *name;
    int status;
    const char *remedy;
} causes[] = {
    { .code = EACCES, .name = "EACCES", .status = IPFUNNEL_EACCES,
      .remedy = "choose a folder and a file that this user may write" },
    { .code = EPERM, .name = "EPERM", .status = IPFUNNEL_EACCES,
      .remedy = "choose a folder and a file that this user may write" },
    { .code = EROFS, .name = "EROFS", .status = IPFUNNEL_EACCES,
      .remedy = "this file system is read-only: choose another" },
    { .code = ENOENT, .name = "ENOENT", .status = IPFUNNEL_EIO,
      .remedy = "create the folder first, or correct the path" },
    { .code = ENOTDIR, .name = "ENOTDIR", .status = IPFUNNEL_EIO,
      .remedy = "a part of the path is a file where a folder should be: correct the path" },
    { .code = EISDIR, .name = "EISDIR", .status = IPFUNNEL_EIO,
      .remedy = "this is a folder: add a file name to the path" },
    { .code = ENOSPC, .name = "ENOSPC", .status = IPFUNNEL_EIO,
      .remedy = "free space there or write elsewhere; the records before this point are complete" },
    { .code = EFBIG, .name = "EFBIG", .status = IPFUNNEL_EIO,
      .remedy = "the file reached the largest size allowed (ulimit -f, or the file system): rotate earlier" },
    { .code = EPIPE, .name = "EPIPE", .status = IPFUNNEL_EIO,
      .remedy = "the program that read this pipe has ended: see what it said" },
    { .code = EAGAIN, .name = "EAGAIN", .status = IPFUNNEL_EIO,
      .remedy = "the other end reads too slowly and the descriptor does not wait: make it blocking" },
    { .code = EMFILE, .name = "EMFILE", .status = IPFUNNEL_ENOBUFS,
      .remedy = "close files, or raise the limit of this process (ulimit -n)" },
    { .code = ENOMEM, .name = "ENOMEM", .status = IPFUNNEL_ENOMEM, .remedy = "free memory and try again" },
};

static int file_failed(ipfunnel_error *error, const char *where, const char *doing, const char *path, int code)
{
    int status = IPFUNNEL_EIO;
    const char *name = NULL, *remedy = "see what the system says about this file";
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
        if (causes[i].code == code) {
            status = causes[i].status;
            name = causes[i].name;
            remedy = causes[i].remedy;
        }
    const char *shown = strcmp(path, "-") == 0 ? "standard output" : path;
    ipfunnel__fail(error, status, code, where, "%s %s: %s%s%s%s", doing, shown, strerror(code), name ? " (" : "",
                   name ? name : "", name ? ")" : "");
    return ipfunnel__remedy(error, "%s", remedy);
}

static int final_failure(struct ipfunnel__output *o, const char *where, const char *doing, int code)
{
    o->failed = true;
    o->used = o->in_pieces = 0;
    o->piece_count = 0;
    return file_failed(o->error, where, doing, o->path, code ? code : EIO);
}

static int create(FILE **stream, char **path_copy, const char *path, ipfunnel_error *error)
{
    size_t size = strlen(path) + 1;
    char *copy = malloc(size);
    if (!copy)
        return file_failed(error, "malloc", "cannot create", path, ENOMEM);
    memcpy(copy, path, size);

    errno = 0;
    FILE *created = strcmp(path, "-") == 0 ? ipfunnel__os_binary_stdout() : fopen(path, "wb");
    if (!created) {
        int code = errno;
        free(copy);
        return file_failed(error, "fopen", "cannot create", path, code);
    }
    setvbuf(created, NULL, _IONBF, 0);
    *stream = created;
    *path_copy = copy;
    return 0;
}

/* A close can be the first to tell of a failed write (network file systems, quotas). */
static int close_stream(struct ipfunnel__output *o)
{
    FILE *stream = o->stream;
    o->stream = NULL;
    if (!stream)
        return 0;
    errno = 0;
    int result = stream == stdout ? fflush(stream) : fclose(stream);
    return result == 0 || o->failed ? 0 : final_failure(o, "fclose", "cannot finish", errno);
}

int ipfunnel__output_open(struct ipfunnel__output *o, const char *path)
{
    o->bytes = malloc(IPFUNNEL__FLUSH_AT + IPFUNNEL__RECORD_ROOM);
    if (!o->bytes)
        return file_failed(o->error, "malloc", "cannot create", path, ENOMEM);
    return create(&o->stream, &o->path, path, o->error);
}

static int write_pieces(struct ipfunnel__output *o, const struct ipfunnel__piece *pieces, int count)
{
    int code = ipfunnel__os_write(o->stream, pieces, count);
    return code == 0 ? 0 : final_failure(o, "write", "cannot write", code);
}

void ipfunnel__output_piece(struct ipfunnel__output *o, const struct ipfunnel__block *record)
{
    size_t before = o->used + record->before;
    struct ipfunnel__piece *piece = &o->pieces[o->piece_count];
    piece[0] = (struct ipfunnel__piece){ .bytes = o->bytes + o->in_pieces, .length = before - o->in_pieces };
    piece[1] = (struct ipfunnel__piece){ .bytes = record->staying, .length = record->staying_length };
    o->piece_count += 2;
    o->in_pieces = before;
}

int ipfunnel__output_flush(struct ipfunnel__output *o)
{
    int count = o->piece_count;
    if (o->used > o->in_pieces)
        o->pieces[count++] = (struct ipfunnel__piece){ .bytes = o->bytes + o->in_pieces,
                                                       .length = o->used - o->in_pieces };
    o->used = o->in_pieces = 0;
    o->piece_count = 0;
    return count > 0 ? write_pieces(o, o->pieces, count) : 0;
}

int ipfunnel__output_move(struct ipfunnel__output *o, const char *path)
{
    /* The current file is complete before the next one is created: they may be one and the same. */
    FILE *next = NULL;
    char *next_path = NULL;
    int status = ipfunnel__output_flush(o);
    if (status == 0)
        status = create(&next, &next_path, path, o->error);
    if (status < 0)
        return status;

    status = close_stream(o);
    free(o->path);
    o->stream = next;
    o->path = next_path;
    o->total = 0;
    return status;
}

int ipfunnel__output_close(struct ipfunnel__output *o)
{
    int status = 0;
    if (o->stream && !o->failed)
        status = ipfunnel__output_flush(o);
    int closed = close_stream(o);
    free(o->path);
    free(o->bytes);
    o->path = NULL;
    o->bytes = NULL;
    return status < 0 ? status : closed;
}

int ipfunnel__output_append(struct ipfunnel__output *o, const uint8_t *records, size_t length)
{
    int status = ipfunnel__output_flush(o);
    if (status == 0)
        status = write_pieces(o, &(struct ipfunnel__piece){ .bytes = records, .length = length }, 1);
    if (status == 0)
        o->total += length;
    return status;
}

/* findings.h - what a look at this machine found, one sentence each, and how it is shown. */
#ifndef FINDINGS_H
#define FINDINGS_H
#include "../json_writer.h"
#include "../messages.h"

enum finding_level {
    FINDING_OK = 0,
    FINDING_NOTE = 1,           /* something is not seen, or not known; a capture runs all the same */
    FINDING_PROBLEM = 2         /* prevents a capture */
};

enum { FINDINGS_MOST = 64, FINDING_TEXT = 768 };

struct finding {
    const char *topic;          /* heading it stands under: "backends", "interface", "system"; static */
    const char *id;             /* static, for programs; the same sentence may stand there for several backends */
    enum finding_level level;
    char text[FINDING_TEXT], remedy[FINDING_TEXT];      /* remedy: "" where there is none, or none is needed */
};

/* Zero it first. What does not fit is left out. */
struct findings {
    struct finding all[FINDINGS_MOST];
    int count;
};

/* Adds one; the sentence is cut to its room. Returns it, so that a remedy can follow; never NULL. */
struct finding *finding_add(struct findings *, const char *topic, const char *id, enum finding_level,
                            const char *format, ...) MESSAGES_PRINTF(5, 6);

void finding_remedy(struct finding *, const char *format, ...) MESSAGES_PRINTF(2, 3);

/* From an error of the library: its text and remedy. */
void finding_error(struct findings *, const char *topic, const char *id, enum finding_level, const ipfunnel_error *);

int findings_problems(const struct findings *);

/* The name of a level: "ok", "note", "problem". Static. */
const char *finding_level_name(enum finding_level);

/* Text in lines of about 100 columns, broken at blanks, all but the first indented; control characters replaced. */
void paragraph_print(FILE *, const char *text, int indent);

/* For people: under headings, remedies below their sentence. */
void findings_print(const struct findings *, FILE *);

/* An array of objects under `key`. */
void findings_json(const struct findings *, struct json *, const char *key);

#endif

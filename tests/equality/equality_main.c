/* equality_main.c - one row of the table: sent once, captured by all backends at the same time, compared. Runs inside
 * netns.sh; matrix.sh starts it, for one row or all.
 *
 *   equality ROW            one line: what each backend delivered of it: equal, explained (and by what), DIFFERENT
 *   equality --rows         the names
 *   equality --netns ROW    the options of netns.sh that it wants
 *   equality --reasons      what the letters mean */
#include "check.h"
#include "equality_columns.h"
#include "equality_compare.h"
#include "equality_double_posix.h"
#include "equality_spoil.h"

static const char FILE_NAME[] = "equality_row.pcapng";

/* A cell of the matrix; "-" where there is nothing to give to a backend. */
struct cell {
    char text[32];
    bool wrong;
};

static void say(struct cell *cell, const char *row, const char *column, const char *problem)
{
    fprintf(stderr, "%s: %s: %s\n", row, column, problem);
    snprintf(cell->text, sizeof cell->text, "DIFFERENT");
    cell->wrong = true;
}

/* `stated` are the letters of the row: all that differs, and nothing that does not. */
static void judge(struct cell *cell, const struct row *row, enum column_number column, const struct comparison *c,
                  const char *stated)
{
    char letters[REASONS + 1] = "", text[120];
    uint32_t why;
    if (cell->wrong)
        return;
    const char *problem = compare(c, &why);
    for (int i = 0, n = 0; i < REASONS; i++)
        if (why >> i & 1)
            letters[n++] = reasons[i].letter;
    if (!problem && strcmp(letters, stated ? stated : "") != 0) {
        snprintf(text, sizeof text, "it differs by \"%s\", and the table says by \"%s\"", letters,
                 stated ? stated : "");
        problem = text;
    }
    if (!problem)
        problem = comparison_is_blind(c);
    if (problem)
        say(cell, row->name, column_names[column], problem);
    else
        snprintf(cell->text, sizeof cell->text, *letters ? "explained:%s" : "equal", letters);
}

static const ipfunnel_interface *interface_of(const ipfunnel_interface *chain, const char *name)
{
    while (chain && strcmp(chain->name, name) != 0)
        chain = chain->next;
    return chain;
}

static void judge_live(struct cell *cell, const struct expectation *e, enum column_number column,
                       struct view views[WAYS], const ipfunnel_interface *interface)
{
    struct comparison c = { .expected = &e->view, .interface = interface };
    const char *stated = column == PCAP ? e->row->pcap : NULL;
    char facts_only[REASONS + 1] = "";
    for (const char *p = stated ? stated : ""; *p; p++)
        if (*p != reasons[REASON_COUNTERS].letter)
            facts_only[strlen(facts_only)] = *p;
    for (int way = 0; way < WAYS; way++) {
        int end = e->row->gone ? IPFUNNEL_ENODEV : IPFUNNEL_END;
        struct counts counts = e->row->counts;
        if (e->row->traffic) {
            counts.delivered = e->view.count;
            counts.excluded_loopback_copy = e->stage->copies ? e->view.count : 0;
        }
        if (column == PCAP && e->row->flags & IPFUNNEL_OPEN_ON_WIRE)
            counts.delivered = views[way].count;        /* it cuts nothing */
        c.seen = &views[way];
        c.counts = way == COUNTING ? &counts : NULL;
        if (views[way].status != end)
            say(cell, e->row->name, column_names[column], ipfunnel_status_text(views[way].status));
        judge(cell, e->row, column, &c, way == COUNTING ? stated : facts_only);
    }
}

/* Its IP layer is above what the counters count, so that of the frames only those that became datagrams are known. */
static void judge_double(struct cell *cell, const struct expectation *e, const struct view *seen,
                         const ipfunnel_interface *interface)
{
    enum { RECEIVE_ROOM = 128 << 10 };
    struct counts counts = { .delivered = e->of_double.count };
    struct comparison c = { .expected = &e->of_double, .seen = seen, .counts = &counts, .given = e->of_double_why,
                            .more_ip = e->of_double_other_vlan, .interface = interface, .room = RECEIVE_ROOM,
                            .from_file = true };
    if (e->row->counts.malformed)           /* what the IP layer throws away is no frame that was handed over */
        c.unknown_counters = UINT64_C(1) << IPFUNNEL_COUNTER_frames;
    if (e->row->gone)
        c.given |= 1u << REASON_GONE;
    if (seen->status != IPFUNNEL_END)
        say(cell, e->row->name, column_names[RCVALL_DOUBLE], ipfunnel_status_text(seen->status));
    judge(cell, e->row, RCVALL_DOUBLE, &c, e->row->rcvall);
}

static void judge_refusal(struct cell *cell, const struct expectation *e)
{
    const char *problem = double_refuses_on_wire(e);
    const char letters[] = { reasons[REASON_REFUSED].letter, '\0' };
    if (!problem && strcmp(letters, e->row->rcvall ? e->row->rcvall : "") != 0)
        problem = "it is refused, and the table does not say so";
    if (problem)
        say(cell, e->row->name, column_names[RCVALL_DOUBLE], problem);
    else
        snprintf(cell->text, sizeof cell->text, "explained:%s", letters);
}

static void judge_file(struct cell *cell, const struct expectation *e, enum column_number column,
                       const struct view *captured)
{
    struct view seen;
    column_read(&seen, column, FILE_NAME, e->row);
    /* libpcap does not read the comments in which these are. */
    struct comparison c = { .expected = &e->view, .seen = &seen, .from_file = true,
                            .unknown = column == PCAP_FILE ? 1u << REASON_TAGS | 1u << REASON_CUT | 1u << REASON_REPAIRS
                                                             : 0 };
    if (seen.status != IPFUNNEL_END)
        say(cell, e->row->name, column_names[column], ipfunnel_last_error(seen.capture)->text);
    judge(cell, e->row, column, &c, column == PCAP_FILE ? e->row->pcap_file : NULL);
    for (size_t i = 0; i < seen.count && i < captured->count && !cell->wrong; i++)
        if (seen.records[i].d.time_ns != captured->records[i].d.time_ns)
            say(cell, e->row->name, column_names[column], "a time is not the one that was written");
    view_close(&seen);
}

static void send_row(const struct expectation *e, const struct script *script)
{
    const struct row *row = e->row;
    if (row->traffic) {
        stage_run_on_cpu(0);
        row->traffic();
        return;
    }
    size_t half = row->halfway ? script->count / 2 : script->count;
    stage_send(e->stage, script, 0, half);
    if (row->halfway)
        stage_run(row->halfway);
    stage_send(e->stage, script, half, script->count);
    if (row->gone)
        stage_run(row->gone);
}

static void build(struct script *script, const struct expectation *e, uint8_t hops)
{
    uint8_t mac[6];
    stage_mac(e->stage, mac);
    script_begin(script, mac);
    script->hop_limit = (uint8_t)(script->hop_limit - hops);
    for (int i = 0; i < ROW_PARTS && e->row->frames[i]; i++)
        e->row->frames[i](script);
}

static int run_row(const struct row *row)
{
    static struct script sent, captured;
    static struct view live[PCAP + 1][WAYS], memory, windows;
    struct cell cells[COLUMNS] = { [MEMORY] = { .text = "-" }, [RCVALL_DOUBLE] = { .text = "not_run" } };
    struct expectation e = { .row = row, .stage = &equality_stages[row->stage] };
    const ipfunnel_interface *interfaces = NULL;
    ipfunnel_error error;
    bool on_wire = row->flags & IPFUNNEL_OPEN_ON_WIRE;
    int wrong = 0;

    CHECK(row->counts.delivered > 0);
    stage_open(e.stage);
    CHECK(ipfunnel_interfaces(&interfaces, &error) > 0);
    build(&sent, &e, 0);
    build(&captured, &e, e.stage->hops);
    if (!row->traffic)
        expect_frames(&e, &captured);
    for (int i = AF_PACKET; i <= PCAP; i++)
        column_open(live[i], (enum column_number)i, &e);
    if (double_here() && !on_wire)
        double_open(&windows, &e);
    send_row(&e, &sent);
    for (int i = AF_PACKET; i <= PCAP; i++)
        column_receive(live[i], (enum column_number)i, &e);

    const struct view *reference = &live[AF_PACKET][FILTERING];
    const char *problem = row->traffic ? expect_traffic(&e, reference) : NULL;
    if (problem)
        say(&cells[AF_PACKET], row->name, column_names[AF_PACKET], problem);
    for (int i = AF_PACKET; i <= PCAP; i++)
        judge_live(&cells[i], &e, (enum column_number)i, live[i], interface_of(interfaces, e.stage->capture_on));
    if (double_here() && on_wire) {
        judge_refusal(&cells[RCVALL_DOUBLE], &e);
    } else if (double_here()) {
        expect_double(&e, &captured);
        double_receive(&windows, e.of_double.count, &e);
        judge_double(&cells[RCVALL_DOUBLE], &e, &windows, interface_of(interfaces, e.stage->capture_on));
        view_close(&windows);
    }
    if (!row->traffic) {
        column_push(&memory, &e, &captured);
        struct comparison c = { .expected = &e.view, .seen = &memory, .counts = &row->counts };
        judge(&cells[MEMORY], row, MEMORY, &c, NULL);
        view_close(&memory);
    }
    column_write(reference, FILE_NAME);
    for (int i = SAVEFILE; i <= PCAP_FILE; i++)
        judge_file(&cells[i], &e, (enum column_number)i, reference);
    remove(FILE_NAME);

    printf("%s %zu", row->name, e.view.count);
    for (int i = 0; i < COLUMNS; i++) {
        printf(" %s", cells[i].text);
        wrong += cells[i].wrong;
    }
    printf("\n");
    for (int i = AF_PACKET; i <= PCAP; i++)
        for (int way = 0; way < WAYS; way++)
            view_close(&live[i][way]);
    view_close(&e.view);
    view_close(&e.of_double);
    script_free(&sent);
    script_free(&captured);
    stage_close();
    ipfunnel_interfaces_free(interfaces);
    return wrong > 0;
}

static const struct row *row_named(const char *name)
{
    for (int i = 0; i < equality_row_count; i++)
        if (strcmp(equality_rows[i].name, name) == 0)
            return &equality_rows[i];
    fprintf(stderr, "there is no row %s\n", name);
    exit(2);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--rows") == 0) {
        for (int i = 0; i < equality_row_count; i++)
            printf("%s\n", equality_rows[i].name);
    } else if (argc == 2 && strcmp(argv[1], "--reasons") == 0) {
        for (int i = 0; i < REASONS; i++)
            printf("%c  %s (%s)\n", reasons[i].letter, reasons[i].why, reasons[i].capability);
    } else if (argc == 3 && strcmp(argv[1], "--netns") == 0) {
        const char *options = equality_stages[row_named(argv[2])->stage].netns;
        printf("%s\n", options ? options : "");
    } else {
        CHECK(argc == 2);
        return run_row(row_named(argv[1]));
    }
    return 0;
}

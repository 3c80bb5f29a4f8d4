#include "ledger.h"

#include "blip.h"
#include "macros.h"
#include "mem.h"
#include "scratch.h"
#include "text.h"

#include "testing.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char service[] = "chat-perche/pad";

struct bench {
    char folder[SCRATCH_SIZE];
    struct ledger *ledger;
    struct fault fault;
    struct arena arena;
};

static void open_ledger(struct bench *bench)
{
    if (ledger_open(bench->folder, &bench->ledger, &bench->fault))
        fail_msg("%s", bench->fault.text);
}

static int setup(void **state)
{
    struct bench *bench = mem_zalloc(sizeof *bench);
    scratch_make(bench->folder);
    open_ledger(bench);
    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;
    ledger_close(bench->ledger);
    arena_free(&bench->arena);
    scratch_remove(bench->folder);
    free(bench);
    return 0;
}

static void must(struct bench *bench, int rc)
{
    if (rc)
        fail_msg("%s", bench->fault.text);
}

static void reopen(struct bench *bench)
{
    ledger_close(bench->ledger);
    open_ledger(bench);
}

static struct event change(const char *subject, int64_t at, enum outcome from, enum outcome to)
{
    struct event event = {
        .kind = EVENT_STATE, .recorded_ms = at * 1000 + 5, .at = at, .from = from, .to = to};
    event.reason = to == OUTCOME_DOWN ? REASON_tls_expired : REASON_ok;
    event.before = at - 10;
    text_copy(event.subject, sizeof event.subject, subject);
    text_format(event.detail, sizeof event.detail, "at %lld", (long long)at);
    return event;
}

static void append(struct bench *bench, const char *subject, int64_t at, enum outcome from,
                   enum outcome to)
{
    struct event event = change(subject, at, from, to);
    must(bench, ledger_append(bench->ledger, &event, &bench->fault));
}

static char *shell(struct bench *bench, const char *sql)
{
    return scratch_run("sqlite3 %s/ledger.sqlite \"%s\" 2>&1 || true", bench->folder, sql);
}

static struct event certificate(const char *subject, int64_t at, char *facts)
{
    struct event event = change(subject, at, OUTCOME_UNKNOWN, OUTCOME_UNKNOWN);
    event.kind = EVENT_CERTIFICATE;
    event.detail[0] = '\0';
    event.facts = facts;
    return event;
}

/* ---- events ---- */

static void check_same(const struct event *left, const struct event *right)
{
    assert_int_equal(left->seq, right->seq);
    assert_int_equal(left->recorded_ms, right->recorded_ms);
    assert_int_equal(left->kind, right->kind);
    assert_string_equal(left->subject, right->subject);
    assert_int_equal(left->at, right->at);
    assert_int_equal(left->before, right->before);
    assert_int_equal(left->from, right->from);
    assert_int_equal(left->to, right->to);
    assert_int_equal(left->reason, right->reason);
    assert_string_equal(left->detail, right->detail);
}

static void test_events_come_back_numbered(void **state)
{
    struct bench *bench = *state;
    struct event given[EVENT_KIND_COUNT];
    const struct event *events;
    size_t count;
    for (int i = 0; i < EVENT_KIND_COUNT; i++) {
        given[i] = change(i % 2 ? service : "", 100 + i, OUTCOME_UP, OUTCOME_DOWN);
        given[i].kind = (enum event_kind)i;
        if (i != EVENT_STATE) {
            given[i].from = given[i].to = OUTCOME_UNKNOWN;
            given[i].reason = REASON_ok;
        }
        must(bench, ledger_append(bench->ledger, &given[i], &bench->fault));
        assert_int_equal(given[i].seq, i + 1);
        reopen(bench);
    }
    must(bench,
         ledger_events(bench->ledger, 0, 100, &bench->arena, &events, &count, &bench->fault));
    assert_int_equal(count, EVENT_KIND_COUNT);
    for (size_t i = 0; i < count; i++)
        check_same(&events[i], &given[i]);
    must(bench, ledger_events(bench->ledger, 2, 3, &bench->arena, &events, &count, &bench->fault));
    assert_int_equal(count, 3);
    assert_int_equal(events[0].seq, 3);
    must(bench, ledger_events(bench->ledger, EVENT_KIND_COUNT, SIZE_MAX, &bench->arena, &events,
                              &count, &bench->fault));
    assert_int_equal(count, 0);
}

static void test_canonical_bytes(void **state)
{
    (void)state;
    struct buffer bytes;
    struct event event = {.seq = 7,
                          .recorded_ms = 1767322860123,
                          .kind = EVENT_STATE,
                          .at = 1767322800,
                          .before = 1767322740,
                          .from = OUTCOME_UP,
                          .to = OUTCOME_DOWN,
                          .reason = REASON_tls_expired};
    text_copy(event.subject, sizeof event.subject, service);
    text_copy(event.detail, sizeof event.detail, "dit \"périmé\"");
    buffer_init(&bytes, EVENT_CANONICAL_MAX);
    event_canonical(&event, &bytes);
    assert_string_equal(buffer_text(&bytes),
                        "{\"v\":1,\"seq\":7,\"recorded_ms\":1767322860123,\"kind\":\"state\","
                        "\"subject\":\"chat-perche/pad\",\"at\":1767322800,\"before\":1767322740,"
                        "\"from\":\"up\",\"to\":\"down\",\"reason\":\"tls_expired\",\"detail\":"
                        "\"dit \\\"périmé\\\"\"}");
    buffer_clear(&bytes);
    event.kind = EVENT_BLIND;
    event.subject[0] = event.detail[0] = '\0';
    event_canonical(&event, &bytes);
    assert_string_equal(
        buffer_text(&bytes),
        "{\"v\":1,\"seq\":7,\"recorded_ms\":1767322860123,\"kind\":\"blind\","
        "\"subject\":\"\",\"at\":1767322800,\"before\":1767322740,\"detail\":\"\"}");
    /* The longest there can be. */
    memset(event.subject, 1, sizeof event.subject - 1);
    memset(event.detail, 1, sizeof event.detail - 1);
    buffer_clear(&bytes);
    event_canonical(&event, &bytes);
    assert_false(bytes.overflow);
    buffer_fini(&bytes);
}

static void test_facts_are_an_object_in_the_canonical_bytes(void **state)
{
    struct bench *bench = *state;
    struct buffer bytes;
    char facts[] = "{\"now\":{\"issuer\":\"L\\\"E\"}}";
    struct event event = certificate("a/b/web", 200, facts);
    must(bench, ledger_append(bench->ledger, &event, &bench->fault));
    buffer_init(&bytes, EVENT_CANONICAL_MAX);
    event_canonical(&event, &bytes);
    assert_string_equal(buffer_text(&bytes),
                        "{\"v\":1,\"seq\":1,\"recorded_ms\":200005,\"kind\":\"certificate\","
                        "\"subject\":\"a/b/web\",\"at\":200,\"before\":190,"
                        "\"detail\":{\"now\":{\"issuer\":\"L\\\"E\"}}}");
    char *stored = shell(
        bench,
        "SELECT canonical ->> '$.detail.now.issuer', detail FROM leaf JOIN event USING (seq)");
    assert_string_equal(stored, "L\"E|{\"now\":{\"issuer\":\"L\\\"E\"}}\n");
    free(stored);
    buffer_fini(&bytes);
}

static void test_certificates_of_an_endpoint(void **state)
{
    struct bench *bench = *state;
    const struct event *events;
    size_t count;
    char facts[] = "{\"now\":0}";
    append(bench, "a/b/web", 90, OUTCOME_UNKNOWN, OUTCOME_UP);
    for (int i = 0; i < 5; i++) {
        struct event event = certificate(i % 2 ? "a/b/mail" : "a/b/web", 100 + i, facts);
        must(bench, ledger_append(bench->ledger, &event, &bench->fault));
    }
    /* As early versions wrote them. */
    struct event old = certificate("a/b/web", 200, NULL);
    text_copy(old.detail, sizeof old.detail, "0123 EC 256; E7");
    must(bench, ledger_append(bench->ledger, &old, &bench->fault));
    must(bench, ledger_certificates(bench->ledger, "a/b/web", 3, &bench->arena, &events, &count,
                                    &bench->fault));
    assert_int_equal(count, 3);
    assert_int_equal(events[0].at, 200);
    assert_null(events[0].facts);
    assert_string_equal(events[0].detail, "0123 EC 256; E7");
    assert_int_equal(events[1].at, 104);
    assert_string_equal(events[1].facts, facts);
    assert_int_equal(events[2].at, 102);
    must(bench, ledger_certificates(bench->ledger, "a/b/none", 3, &bench->arena, &events, &count,
                                    &bench->fault));
    assert_int_equal(count, 0);
    char *plan = shell(bench, "EXPLAIN QUERY PLAN SELECT seq FROM event"
                              " WHERE subject = 1 AND kind = 'certificate' ORDER BY seq DESC");
    assert_non_null(strstr(plan, "event_certificate"));
    free(plan);
}

static void limit_files(rlim_t size)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void lay_first_schema(struct bench *bench)
{
    ledger_close(bench->ledger);
    bench->ledger = NULL;
    free(scratch_run("rm %s/ledger.sqlite*", bench->folder));
    free(scratch_run("sqlite3 %s/ledger.sqlite <package/first-schema.sql", bench->folder));
}

static void on_difference(void *owner, const char *what)
{
    (void)owner;
    fail_msg("%s", what);
}

/* A ledger of the first schema is brought up when it is opened to record, and keeps what it knew. */
static void test_an_older_schema_is_brought_up(void **state)
{
    struct bench *bench = *state;
    struct ledger *reader;
    const struct event *events;
    size_t count;
    lay_first_schema(bench);
    assert_int_equal(ledger_open_to_read(bench->folder, &reader, &bench->fault), -1);
    assert_non_null(strstr(bench->fault.text, "older vibrisse"));
    open_ledger(bench);
    must(bench, ledger_events(bench->ledger, 0, 3, &bench->arena, &events, &count, &bench->fault));
    assert_int_equal(count, 1);
    assert_int_equal(events[0].to, OUTCOME_UP);
    must(bench, ledger_check(bench->ledger, on_difference, NULL, &bench->fault));
    char *found = shell(
        bench, "SELECT name FROM sqlite_schema WHERE name IN ('event_certificate',"
               " 'event_said', 'event_unchanged', 'leaf', 'consent_unchanged') ORDER BY name");
    assert_string_equal(
        found, "consent_unchanged\nevent_certificate\nevent_said\nevent_unchanged\nleaf\n");
    free(found);
}

/* Anyone can have the canonical bytes out of the file, by SQL alone. */
static void test_leaves_are_the_canonical_bytes(void **state)
{
    struct bench *bench = *state;
    struct buffer bytes;
    const struct event *events;
    size_t count;
    char facts[] = "{\"now\":{\"issuer\":\"L\\\"É\",\"sans\":2}}";
    struct event seen = certificate("a/b/web", 200, facts),
                 said = {.kind = EVENT_MONITOR, .at = 300, .detail = "a \"quoted\" \\ é / word"};
    append(bench, service, 100, OUTCOME_UP, OUTCOME_DOWN);
    must(bench, ledger_append(bench->ledger, &seen, &bench->fault));
    must(bench, ledger_append(bench->ledger, &said, &bench->fault));
    must(bench, ledger_events(bench->ledger, 0, 9, &bench->arena, &events, &count, &bench->fault));
    assert_int_equal(count, 3);
    buffer_init(&bytes, 4 * EVENT_CANONICAL_MAX);
    for (size_t i = 0; i < count; i++) {
        event_canonical(&events[i], &bytes);
        buffer_byte(&bytes, '\n');
    }
    char *stored = shell(bench, "SELECT canonical FROM leaf ORDER BY seq");
    assert_string_equal(stored, buffer_text(&bytes));
    free(stored);
    buffer_fini(&bytes);
}

/* The copy is what the older vibrisse would go on with, and is made anew when the same step is taken again. */
static void test_a_copy_is_kept_before_a_ledger_is_brought_up(void **state)
{
    struct bench *bench = *state;
    lay_first_schema(bench);
    scratch_write(bench->folder, "ledger.sqlite.schema-1", "old", 3);
    scratch_write(bench->folder, "ledger.sqlite.schema-1.part", "cut", 3);
    open_ledger(bench);
    char *found =
        scratch_run("cd %s && ls | grep schema-; sqlite3 ledger.sqlite.schema-1 'PRAGMA "
                    "integrity_check; PRAGMA user_version; SELECT count(canonical) FROM event'",
                    bench->folder);
    assert_string_equal(found, "ledger.sqlite.schema-1\nok\n1\n1\n");
    free(found);
    free(scratch_run("rm %s/ledger.sqlite.schema-1", bench->folder));
    reopen(bench); /* nothing to bring up: no copy */
    found = scratch_run("ls %s | grep -c schema- || true", bench->folder);
    assert_string_equal(found, "0\n");
    free(found);
}

static void test_without_room_for_the_copy_nothing_is_brought_up(void **state)
{
    struct bench *bench = *state;
    struct ledger *ledger;
    lay_first_schema(bench);
    limit_files(8192);
    int rc = ledger_open(bench->folder, &ledger, &bench->fault);
    limit_files(RLIM_INFINITY);
    assert_int_equal(rc, -1);
    assert_non_null(strstr(bench->fault.text, "ledger.sqlite.schema-1.part"));
    assert_non_null(strstr(bench->fault.text, "the disk is full"));
    char *found =
        scratch_run("cd %s && ls | grep -c schema-; sqlite3 ledger.sqlite 'PRAGMA user_version'",
                    bench->folder);
    assert_string_equal(found, "0\n1\n");
    free(found);
}

static void test_kind_names_go_both_ways(void **state)
{
    (void)state;
    for (int i = 0; i < EVENT_KIND_COUNT; i++) {
        enum event_kind kind = EVENT_KIND_COUNT;
        assert_true(event_kind_parse(event_kind_name((enum event_kind)i), &kind));
        assert_int_equal(kind, i);
    }
    enum event_kind kind;
    assert_false(event_kind_parse("party", &kind));
}

static void test_events_cannot_be_changed(void **state)
{
    struct bench *bench = *state;
    static const char *const attempts[] = {
        "UPDATE event SET detail = 'never happened'",
        "DELETE FROM event",
        "INSERT OR REPLACE INTO event SELECT * FROM event WHERE seq = 1",
        "INSERT INTO event SELECT seq + 5, recorded_ms, kind, subject, at, before, was, state, "
        "reason, detail,"
        " digest FROM event WHERE seq = 1",
    };
    append(bench, service, 100, OUTCOME_UP, OUTCOME_DOWN);
    append(bench, service, 200, OUTCOME_DOWN, OUTCOME_UP);
    char *before = shell(bench, "SELECT * FROM event");
    for (size_t i = 0; i < ARRAY_LEN(attempts); i++) {
        char *said = shell(bench, attempts[i]), *after = shell(bench, "SELECT * FROM event");
        assert_row(i, strstr(said, "append-only") || strstr(said, "without holes"));
        assert_row(i, strcmp(before, after) == 0);
        free(said);
        free(after);
    }
    free(before);
}

static void test_an_event_of_a_newer_kind_is_refused(void **state)
{
    struct bench *bench = *state;
    const struct event *events;
    size_t count;
    append(bench, service, 100, OUTCOME_UP, OUTCOME_DOWN);
    char *said = shell(
        bench,
        "INSERT INTO event SELECT 2, recorded_ms, 'party', subject, at, before, was, state, reason,"
        " detail, digest FROM event");
    assert_string_equal(said, "");
    free(said);
    assert_int_equal(
        ledger_events(bench->ledger, 0, 9, &bench->arena, &events, &count, &bench->fault), -1);
    assert_non_null(strstr(bench->fault.text, "event 2"));
    assert_int_equal(count, 0);
}

/* ---- unconfirmed failures ---- */

static void append_blip(struct bench *bench, const char *line, int64_t at, int results)
{
    struct buffer facts;
    const struct blip blip = {.until = at + 10,
                              .then = OUTCOME_UP,
                              .results = results,
                              .reason = REASON_timeout,
                              .detail = "a \"word\"\n"};
    struct event event = {.kind = EVENT_BLIP, .at = at};
    text_copy(event.subject, sizeof event.subject, line);
    buffer_init(&facts, BLIP_MAX);
    blip_write(&blip, &facts);
    event.facts = buffer_take(&facts, NULL);
    must(bench, ledger_append(bench->ledger, &event, &bench->fault));
    free(event.facts);
}

static int64_t blips_in(struct bench *bench, int64_t from, int64_t to)
{
    int64_t count;
    must(bench, ledger_count_blips(bench->ledger, "a/pad", from, to, &count, &bench->fault));
    return count;
}

/* Of all lines of one service, by time; names that begin the same are another's. */
static void test_blips_of_a_service(void **state)
{
    struct bench *bench = *state;
    const struct event *events;
    size_t count;
    append_blip(bench, "a/pad/web/ipv4/here", 100, 1);
    append_blip(bench, "a/pad2/web/ipv4/here", 150, 1);
    append_blip(bench, "a/pa/web/ipv4/here", 160, 1);
    append_blip(bench, "a/pad-0/web/ipv4/here", 170, 1);
    append_blip(bench, "a/pad/feed/ipv6/there", 200, 2);
    append_blip(bench, "a/pad/web/ipv4/here", 300, 1);
    append(bench, "a/pad/web/ipv4/here", 250, OUTCOME_UNKNOWN, OUTCOME_UP);
    assert_int_equal(blips_in(bench, 0, 1000), 3);
    assert_int_equal(blips_in(bench, 100, 300), 2);
    assert_int_equal(blips_in(bench, 101, 200), 0);
    must(bench, ledger_blips(bench->ledger, "a/pad", 0, 1000, 2, &bench->arena, &events, &count,
                             &bench->fault));
    assert_int_equal(count, 2);
    assert_int_equal(events[0].at, 300);
    assert_string_equal(events[1].subject, "a/pad/feed/ipv6/there");
    struct blip blip = {.at = events[1].at};
    assert_true(blip_read(events[1].facts, &blip));
    assert_int_equal(blip.results, 2);
    assert_int_equal(blip.until, 210);
    assert_int_equal(blip.then, OUTCOME_UP);
    assert_int_equal(blip.reason, REASON_timeout);
    assert_string_equal(blip.detail, "a \"word\" ");
    must(bench, ledger_check(bench->ledger, on_difference, NULL, &bench->fault));
}

/* Found by the index alone, however long the ledger is. */
static void test_blips_are_found_by_an_index(void **state)
{
    struct bench *bench = *state;
    char *plan = shell(bench, "EXPLAIN QUERY PLAN SELECT count(*) FROM event WHERE subject IN"
                              " (SELECT id FROM subject WHERE name > 'a/pad/' AND name < 'a/pad0')"
                              " AND kind = 'blip' AND at >= 1 AND at < 9");
    assert_non_null(strstr(plan, "event_blip"));
    free(plan);
}

/* ---- groups ---- */

static int64_t count_events(struct bench *bench)
{
    const struct event *events;
    size_t count;
    must(bench,
         ledger_events(bench->ledger, 0, SIZE_MAX, &bench->arena, &events, &count, &bench->fault));
    for (size_t i = 0; i < count; i++)
        assert_int_equal(events[i].seq, i + 1);
    return (int64_t)count;
}

static void test_a_group_is_all_or_nothing(void **state)
{
    struct bench *bench = *state;
    must(bench, ledger_begin(bench->ledger, &bench->fault));
    append(bench, service, 100, OUTCOME_UNKNOWN, OUTCOME_UP);
    must(bench, ledger_set_frontier(bench->ledger, service, 200, &bench->fault));
    must(bench, ledger_keep(bench->ledger, "key", "text", &bench->fault));
    ledger_rollback(bench->ledger);
    assert_int_equal(count_events(bench), 0);
    assert_int_equal(ledger_frontier(bench->ledger, service), 0);
    assert_null(ledger_kept(bench->ledger, "key", &bench->arena));

    must(bench, ledger_begin(bench->ledger, &bench->fault));
    append(bench, service, 100, OUTCOME_UNKNOWN, OUTCOME_UP);
    append(bench, service, 150, OUTCOME_UP, OUTCOME_DOWN);
    must(bench, ledger_set_frontier(bench->ledger, service, 200, &bench->fault));
    must(bench, ledger_commit(bench->ledger, &bench->fault));
    reopen(bench);
    assert_int_equal(count_events(bench), 2);
    assert_int_equal(ledger_frontier(bench->ledger, service), 200);
}

static void test_closing_rolls_an_open_group_back(void **state)
{
    struct bench *bench = *state;
    must(bench, ledger_begin(bench->ledger, &bench->fault));
    append(bench, service, 100, OUTCOME_UNKNOWN, OUTCOME_UP);
    reopen(bench);
    assert_int_equal(count_events(bench), 0);
}

/* Dies in the middle of a group, after some whole ones. */
static void record_until_killed(const char *folder)
{
    struct ledger *ledger;
    struct fault fault;
    if (ledger_open(folder, &ledger, &fault))
        _exit(1);
    for (int i = 0; i < 20; i++) {
        struct event event = change(service, 100 + i, OUTCOME_UP, OUTCOME_DOWN);
        if (ledger_begin(ledger, &fault) || ledger_append(ledger, &event, &fault) ||
            (i < 19 && ledger_commit(ledger, &fault)))
            _exit(1);
    }
    raise(SIGKILL);
}

static void test_a_kill_keeps_what_was_committed(void **state)
{
    struct bench *bench = *state;
    int status;
    ledger_close(bench->ledger);
    pid_t child = fork();
    if (child == 0)
        record_until_killed(bench->folder);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    open_ledger(bench);
    assert_int_equal(count_events(bench), 19);
    append(bench, service, 300, OUTCOME_UP, OUTCOME_DOWN);
    assert_int_equal(count_events(bench), 20);
}

static rlim_t size_of_log(const struct bench *bench)
{
    struct stat status;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/ledger.sqlite-wal", bench->folder);
    assert_int_equal(stat(path, &status), 0);
    return (rlim_t)status.st_size;
}

/* A group that does not fit on the disk, whatever in it is the first thing not to fit. */
static void test_a_full_disk_rolls_back(void **state)
{
    struct bench *bench = *state;
    char *text = mem_zalloc(300001);
    memset(text, 'x', 300000);
    append(bench, service, 100, OUTCOME_UNKNOWN, OUTCOME_UP);
    for (rlim_t room = 0; room < 40000; room += 3000) {
        struct event event = change(service, 200, OUTCOME_UP, OUTCOME_DOWN);
        limit_files(size_of_log(bench) + room);
        int rc = ledger_begin(bench->ledger, &bench->fault);
        rc |= ledger_append(bench->ledger, &event, &bench->fault);
        rc |= ledger_set_frontier(bench->ledger, service, 300, &bench->fault);
        rc |= ledger_save_latency(bench->ledger, service, 0, text, 100000, &bench->fault);
        rc |= ledger_keep(bench->ledger, "large", text, &bench->fault);
        bench->fault.text[0] = '\0';
        int committed = ledger_commit(bench->ledger, &bench->fault);
        limit_files(RLIM_INFINITY);
        /* Whether a write or only the commit fails depends on the cache. */
        assert_true(rc == 0 || rc == -1);
        assert_row(room, committed == -1);
        if (!strstr(bench->fault.text, "disk is full"))
            fail_msg("%s", bench->fault.text);
        assert_int_equal(count_events(bench), 1);
        assert_int_equal(ledger_frontier(bench->ledger, service), 0);
        assert_null(ledger_kept(bench->ledger, "large", &bench->arena));
    }
    append(bench, service, 200, OUTCOME_UP, OUTCOME_DOWN);
    reopen(bench);
    assert_int_equal(count_events(bench), 2);
    free(text);
}

/* The cache holds 2 MB: a larger group spills, and the failure comes in the middle. */
static void test_after_a_failed_write_the_group_is_void(void **state)
{
    struct bench *bench = *state;
    char *text = mem_zalloc(4000001), key[16];
    memset(text, 'x', 4000000);
    append(bench, service, 100, OUTCOME_UNKNOWN, OUTCOME_UP);
    limit_files(size_of_log(bench) + 100000);
    must(bench, ledger_begin(bench->ledger, &bench->fault));
    append(bench, service, 200, OUTCOME_UP, OUTCOME_DOWN);
    int rc = 0;
    for (int i = 0; rc == 0 && i < 10; i++) {
        snprintf(key, sizeof key, "key %d", i);
        rc = ledger_keep(bench->ledger, key, text, &bench->fault);
    }
    limit_files(RLIM_INFINITY);
    assert_int_equal(rc, -1);
    struct fault first = bench->fault;
    struct event event = change(service, 300, OUTCOME_DOWN, OUTCOME_UP);
    bench->fault.text[0] = '\0';
    assert_int_equal(ledger_append(bench->ledger, &event, &bench->fault), -1);
    assert_int_equal(ledger_set_frontier(bench->ledger, service, 9, &bench->fault), -1);
    assert_int_equal(ledger_keep(bench->ledger, "key", "text", &bench->fault), -1);
    assert_int_equal(ledger_save_latency(bench->ledger, service, 9, "x", 1, &bench->fault), -1);
    assert_int_equal(ledger_commit(bench->ledger, &bench->fault), -1);
    assert_string_equal(bench->fault.text, first.text);
    assert_int_equal(count_events(bench), 1);
    append(bench, service, 400, OUTCOME_UP, OUTCOME_DOWN);
    assert_int_equal(count_events(bench), 2);
    free(text);
}

/* ---- stretches ---- */

static size_t spans_of(struct bench *bench, int64_t from, int64_t to, const struct span **ret)
{
    size_t count;
    must(bench,
         ledger_spans(bench->ledger, service, from, to, &bench->arena, ret, &count, &bench->fault));
    return count;
}

static void test_spans_begin_before_and_end_after(void **state)
{
    struct bench *bench = *state;
    const struct span *spans;
    assert_int_equal(spans_of(bench, 0, 1000, &spans), 0);
    append(bench, service, 100, OUTCOME_UNKNOWN, OUTCOME_UP);
    append(bench, "another/one", 150, OUTCOME_UNKNOWN, OUTCOME_UP);
    append(bench, service, 200, OUTCOME_UP, OUTCOME_DOWN);
    append(bench, service, 300, OUTCOME_DOWN, OUTCOME_UP);
    assert_int_equal(spans_of(bench, 0, 1000, &spans), 0); /* nothing is known to have held */
    must(bench, ledger_set_frontier(bench->ledger, service, 400, &bench->fault));
    assert_int_equal(spans_of(bench, 0, 1000, &spans), 3);
    assert_true(spans[0].from == 100 && spans[0].to == 200 && spans[0].state == OUTCOME_UP);
    assert_true(spans[1].from == 200 && spans[1].to == 300 && spans[1].state == OUTCOME_DOWN);
    assert_true(spans[1].before == 190 && spans[1].reason == REASON_tls_expired);
    assert_string_equal(spans[1].detail, "at 200");
    assert_true(spans[2].from == 300 && spans[2].to == 400);
    assert_int_equal(spans_of(bench, 210, 220, &spans), 1);
    assert_true(spans[0].from == 200 && spans[0].to == 300);
    assert_int_equal(spans_of(bench, 200, 300, &spans), 1);
    assert_int_equal(spans_of(bench, 200, 301, &spans), 2);
    assert_int_equal(spans_of(bench, 400, 500, &spans), 0);
    assert_int_equal(spans_of(bench, 0, 100, &spans), 0);
    assert_int_equal(spans_of(bench, 300, 200, &spans), 0);
    assert_int_equal(ledger_record_begin(bench->ledger, service), 100);
    assert_int_equal(ledger_record_begin(bench->ledger, "no/body"), 0);
}

static void test_other_events_make_no_spans(void **state)
{
    struct bench *bench = *state;
    const struct span *spans;
    struct event event = change(service, 50, OUTCOME_UNKNOWN, OUTCOME_UNKNOWN);
    event.kind = EVENT_CERTIFICATE;
    must(bench, ledger_append(bench->ledger, &event, &bench->fault));
    assert_int_equal(ledger_record_begin(bench->ledger, service), 0);
    append(bench, service, 100, OUTCOME_UNKNOWN, OUTCOME_UP);
    event.kind = EVENT_BLIND;
    event.at = 150;
    must(bench, ledger_append(bench->ledger, &event, &bench->fault));
    must(bench, ledger_set_frontier(bench->ledger, service, 200, &bench->fault));
    assert_int_equal(spans_of(bench, 0, 1000, &spans), 1);
    assert_true(spans[0].from == 100 && spans[0].to == 200);
    assert_int_equal(ledger_record_begin(bench->ledger, service), 100);
}

enum { ORACLE_SECONDS = 400 };

/* What each second is, by writing the events over one another in order of time, then of number. */
static void paint(const struct event *events, size_t count, int64_t frontier,
                  int painted[ORACLE_SECONDS])
{
    memset(painted, -1, ORACLE_SECONDS * sizeof *painted);
    for (int64_t at = 0; at < ORACLE_SECONDS; at++) {
        for (size_t i = 0; i < count; i++) {
            if (events[i].at == at)
                for (int64_t second = at; second < frontier && second < ORACLE_SECONDS; second++)
                    painted[second] = (int)events[i].to;
        }
    }
}

static void check_spans(struct bench *bench, const int *painted, int64_t from, int64_t to)
{
    const struct span *spans;
    size_t count = spans_of(bench, from, to, &spans);
    int found[ORACLE_SECONDS];
    memset(found, -1, sizeof found);
    for (size_t i = 0; i < count; i++) {
        assert_true(spans[i].from < spans[i].to && spans[i].from < to && spans[i].to > from);
        assert_true(i == 0 || spans[i].from == spans[i - 1].to);
        for (int64_t at = spans[i].from; at < spans[i].to; at++)
            found[at] = (int)spans[i].state;
    }
    for (int64_t at = from; at < to; at++)
        assert_int_equal(found[at], painted[at]);
}

static void test_spans_against_brute_force(void **state)
{
    struct bench *bench = *state;
    unsigned seed = 11;
    for (int round = 0; round < 40; round++) {
        struct event events[30];
        int painted[ORACLE_SECONDS];
        size_t count = (size_t)rand_r(&seed) % 30;
        reopen(bench);
        free(scratch_run("rm -f %s/ledger.sqlite*",
                         bench->folder)); /* behind its back: it has not read yet */
        reopen(bench);
        must(bench, ledger_begin(bench->ledger, &bench->fault));
        for (size_t i = 0; i < count; i++) {
            /* Out of order and of the same second too, as corrections are. */
            events[i] = change(service, 1 + rand_r(&seed) % 380, OUTCOME_UP,
                               (enum outcome)(rand_r(&seed) % 4));
            must(bench, ledger_append(bench->ledger, &events[i], &bench->fault));
        }
        int64_t frontier = rand_r(&seed) % ORACLE_SECONDS;
        must(bench, ledger_set_frontier(bench->ledger, service, frontier, &bench->fault));
        must(bench, ledger_commit(bench->ledger, &bench->fault));
        paint(events, count, frontier, painted);
        for (int query = 0; query < 40; query++) {
            int64_t from = rand_r(&seed) % ORACLE_SECONDS, to = rand_r(&seed) % ORACLE_SECONDS;
            if (from < to)
                check_spans(bench, painted, from, to);
        }
        check_spans(bench, painted, 0, ORACLE_SECONDS);
    }
}

/* ---- the rest ---- */

static void test_kept_texts(void **state)
{
    struct bench *bench = *state;
    assert_null(ledger_kept(bench->ledger, "key", &bench->arena));
    must(bench, ledger_keep(bench->ledger, "key", "one", &bench->fault));
    must(bench, ledger_keep(bench->ledger, "key", "two", &bench->fault));
    must(bench, ledger_keep(bench->ledger, "empty", "", &bench->fault));
    reopen(bench);
    assert_string_equal(ledger_kept(bench->ledger, "key", &bench->arena), "two");
    assert_string_equal(ledger_kept(bench->ledger, "empty", &bench->arena), "");
    must(bench, ledger_keep(bench->ledger, "key", NULL, &bench->fault));
    must(bench, ledger_keep(bench->ledger, "never", NULL, &bench->fault));
    assert_null(ledger_kept(bench->ledger, "key", &bench->arena));
}

static void on_day(void *owner, int64_t day, const void *bytes, size_t length)
{
    struct buffer *out = owner;
    buffer_printf(out, "%lld=", (long long)day);
    buffer_add(out, bytes, length);
    buffer_byte(out, ' ');
}

static void test_latencies_by_day(void **state)
{
    struct bench *bench = *state;
    struct buffer out;
    buffer_init(&out, 1000);
    must(bench, ledger_each_latency(bench->ledger, service, 0, 1000, on_day, &out, &bench->fault));
    assert_string_equal(buffer_text(&out), "");
    must(bench, ledger_save_latency(bench->ledger, service, 300, "c", 1, &bench->fault));
    must(bench, ledger_save_latency(bench->ledger, service, 100, "old", 3, &bench->fault));
    must(bench, ledger_save_latency(bench->ledger, service, 100, "new", 3, &bench->fault));
    must(bench, ledger_save_latency(bench->ledger, service, 200, "", 0, &bench->fault));
    must(bench, ledger_save_latency(bench->ledger, "another/one", 200, "x", 1, &bench->fault));
    reopen(bench);
    must(bench, ledger_each_latency(bench->ledger, service, 100, 301, on_day, &out, &bench->fault));
    assert_string_equal(buffer_text(&out), "100=new 200= 300=c ");
    buffer_clear(&out);
    must(bench, ledger_each_latency(bench->ledger, service, 101, 300, on_day, &out, &bench->fault));
    assert_string_equal(buffer_text(&out), "200= ");
    buffer_fini(&out);
}

static void test_frontiers(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(ledger_frontier(bench->ledger, service), 0);
    must(bench, ledger_set_frontier(bench->ledger, service, 500, &bench->fault));
    must(bench, ledger_set_frontier(bench->ledger, service, 700, &bench->fault));
    reopen(bench);
    assert_int_equal(ledger_frontier(bench->ledger, service), 700);
}

/* ---- opening ---- */

static void refuse(struct bench *bench, const char *sql, const char *sentence)
{
    struct ledger *ledger;
    ledger_close(bench->ledger);
    bench->ledger = NULL;
    free(shell(bench, sql));
    assert_int_equal(ledger_open(bench->folder, &ledger, &bench->fault), -1);
    assert_non_null(strstr(bench->fault.text, sentence));
    assert_int_equal(ledger_open_to_read(bench->folder, &ledger, &bench->fault), -1);
    assert_non_null(strstr(bench->fault.text, sentence));
}

static void test_a_newer_schema_is_refused(void **state)
{
    refuse(*state, "PRAGMA user_version = 99", "newer vibrisse");
}

static void test_a_foreign_file_is_refused(void **state)
{
    refuse(*state, "PRAGMA application_id = 1", "no ledger");
}

static void test_a_file_that_is_no_database_is_refused(void **state)
{
    struct bench *bench = *state;
    char noise[8192];
    memset(noise, 'x', sizeof noise);
    reopen(bench);
    ledger_close(bench->ledger);
    bench->ledger = NULL;
    free(scratch_run("rm %s/ledger.sqlite*", bench->folder));
    scratch_write(bench->folder, "ledger.sqlite", noise, sizeof noise);
    struct ledger *ledger;
    assert_int_equal(ledger_open(bench->folder, &ledger, &bench->fault), -1);
    assert_non_null(strstr(bench->fault.text, "no ledger"));
    size_t length;
    char *after = scratch_read(bench->folder, "ledger.sqlite", &length);
    assert_true(length == sizeof noise && memcmp(after, noise, length) == 0);
    free(after);
}

static void test_a_damaged_file_is_named(void **state)
{
    struct bench *bench = *state;
    for (int i = 0; i < 300; i++)
        append(bench, service, 100 + i, OUTCOME_UP, OUTCOME_DOWN);
    reopen(bench); /* so that all is in the file itself */
    ledger_close(bench->ledger);
    bench->ledger = NULL;
    free(scratch_run(
        "dd if=/dev/zero of=%s/ledger.sqlite bs=4096 seek=3 count=20 conv=notrunc status=none",
        bench->folder));
    const struct event *events;
    size_t count;
    int rc = ledger_open(bench->folder, &bench->ledger, &bench->fault);
    if (rc == 0)
        rc = ledger_events(bench->ledger, 0, 1000, &bench->arena, &events, &count, &bench->fault);
    assert_int_equal(rc, -1);
    assert_non_null(strstr(bench->fault.text, "damaged"));
}

static void test_a_database_of_someone_else_is_refused(void **state)
{
    struct bench *bench = *state;
    struct ledger *ledger;
    ledger_close(bench->ledger);
    bench->ledger = NULL;
    free(scratch_run("rm -f %s/ledger.sqlite*", bench->folder));
    free(shell(bench, "CREATE TABLE recipe (name TEXT)"));
    assert_int_equal(ledger_open(bench->folder, &ledger, &bench->fault), -1);
    assert_non_null(strstr(bench->fault.text, "no ledger"));
    char *mode = shell(bench, "PRAGMA journal_mode");
    assert_string_equal(mode, "delete\n"); /* left as it was */
    free(mode);
}

static void test_only_one_may_write(void **state)
{
    struct bench *bench = *state;
    struct ledger *second;
    assert_int_equal(ledger_open(bench->folder, &second, &bench->fault), -1);
    assert_non_null(strstr(bench->fault.text, "another vibrisse"));
}

static void test_readers_see_what_is_committed(void **state)
{
    struct bench *bench = *state;
    struct ledger *reader, *none;
    const struct event *events;
    size_t count;
    append(bench, service, 100, OUTCOME_UNKNOWN, OUTCOME_UP);
    must(bench, ledger_open_to_read(bench->folder, &reader, &bench->fault));
    append(bench, service, 200, OUTCOME_UP, OUTCOME_DOWN);
    must(bench, ledger_events(reader, 0, 9, &bench->arena, &events, &count, &bench->fault));
    assert_int_equal(count, 2);
    struct event event = change(service, 300, OUTCOME_DOWN, OUTCOME_UP);
    assert_int_equal(ledger_append(reader, &event, &bench->fault), -1);
    assert_int_equal(ledger_keep(reader, "key", "text", &bench->fault), -1);
    assert_non_null(strstr(bench->fault.text, "may not be written"));
    ledger_close(reader);
    assert_int_equal(ledger_open_to_read("/tmp/vibrisse-is-not-here", &none, &bench->fault), -1);
    assert_non_null(strstr(bench->fault.text, "it is not there"));
}

static void test_a_folder_that_cannot_be_is_refused(void **state)
{
    struct bench *bench = *state;
    struct ledger *ledger;
    assert_int_equal(ledger_open("/proc/vibrisse", &ledger, &bench->fault), -1);
    assert_non_null(strstr(bench->fault.text, "/proc/vibrisse"));
}

static void test_durable_and_small(void **state)
{
    struct bench *bench = *state;
    for (int i = 0; i < 3000; i++)
        append(bench, service, 100 + i, OUTCOME_UP, OUTCOME_DOWN);
    assert_true(size_of_log(bench) <= 4 * 1024 * 1024 + 100000);
    char *mode = shell(bench, "PRAGMA journal_mode");
    assert_string_equal(mode, "wal\n");
    free(mode);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_events_come_back_numbered, setup, teardown),
        cmocka_unit_test_setup_teardown(test_canonical_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_leaves_are_the_canonical_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_facts_are_an_object_in_the_canonical_bytes, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_certificates_of_an_endpoint, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_older_schema_is_brought_up, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_copy_is_kept_before_a_ledger_is_brought_up, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_without_room_for_the_copy_nothing_is_brought_up, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_kind_names_go_both_ways, setup, teardown),
        cmocka_unit_test_setup_teardown(test_events_cannot_be_changed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_event_of_a_newer_kind_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_blips_of_a_service, setup, teardown),
        cmocka_unit_test_setup_teardown(test_blips_are_found_by_an_index, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_group_is_all_or_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_closing_rolls_an_open_group_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_kill_keeps_what_was_committed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_full_disk_rolls_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_after_a_failed_write_the_group_is_void, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_spans_begin_before_and_end_after, setup, teardown),
        cmocka_unit_test_setup_teardown(test_other_events_make_no_spans, setup, teardown),
        cmocka_unit_test_setup_teardown(test_spans_against_brute_force, setup, teardown),
        cmocka_unit_test_setup_teardown(test_kept_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_latencies_by_day, setup, teardown),
        cmocka_unit_test_setup_teardown(test_frontiers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_newer_schema_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_foreign_file_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_file_that_is_no_database_is_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_damaged_file_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_database_of_someone_else_is_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_only_one_may_write, setup, teardown),
        cmocka_unit_test_setup_teardown(test_readers_see_what_is_committed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_folder_that_cannot_be_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_durable_and_small, setup, teardown),
    };
    signal(SIGXFSZ, SIG_IGN); /* a file over its limit is an error of write() */
    return cmocka_run_group_tests(tests, NULL, NULL);
}

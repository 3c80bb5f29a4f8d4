/* Plays tests/scenarios/alerts/NAME.txt: what happens to services, and who hears what of it. What has no time says how
 * the hamlet is:
 *
 *     service chat/pad every 60s               «below chat/host»: it cannot work without that one
 *     alerts chat: tech, remind 1h             of a hoster, a service, or everything; see setting() for all words
 *     contact chat: boss                       a target that has to be asked, and did not answer yet
 *     at 192.0.2.7: chat/pad chat/mail         where they are
 *     issued by Some CA: chat/pad              who issued their certificates
 *
 * The rest happens, or is expected, at its time; «next day» puts the clock on:
 *
 *     14:00 chat/pad is down (timeout)         up, degraded, down, unknown; the reason may be left out
 *     14:00 chat/pad flaps                     or «is steady»
 *     14:00 monitor is degraded                we do not see well
 *     14:00 chat/host was found good
 *     14:00 maintenance of chat/pad until 15:00
 *     14:00 silence chat until 15:00
 *     14:00 acknowledge chat/pad
 *     14:00 sms breaks                         or «works», «refuses»: the target
 *     14:00 boss says yes                      or «wants no more»: a contact
 *     14:00 courier is away                    nothing is handed over, until it «is back»
 *     14:00:03 tech hears down: chat/pad       then, if you like: «twice», «because network 192.0.2.0/24», and
 *                                              «opens A», «in A»: the thread; «was down»,
 *                                              «since 14:00»: the first row; «as warning»
 *     14:20 tech heard down: chat/pad          at any time before
 *     14:00 chat/pad is held for tech: quiet
 *     until 18:00                              nothing else until then
 *
 * A target hears in order and nothing else than what is said. In a digest a service is followed by what is told of it:
 * chat/pad=degraded. Each file is played as it stands, and again with a restart after every line, unless it says
 * «without restarts». */
#include "hamlet.h"
#include "mem.h"
#include "outbox.h"
#include "silence.h"
#include "testing.h"
#include "text.h"
#include "unit.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

enum { DAY = 1767225600 /* 2026-01-01 */, HEARD_MAX = 128, THREADS_MAX = 26, WORDS_MAX = 24 };

enum temper { WORKS, BREAKS, REFUSES };

struct heard {
    int64_t at;
    bool consumed;
    struct alert *alert;
};

struct play {
    struct hamlet *hamlet;
    struct policy *policy; /* NULL until something happens */
    struct outbox *outbox;
    struct finding *findings; /* as the services, and the monitor */
    char (*places)[2][64];    /* address and issuer */
    enum temper tempers[HAMLET_TARGETS];
    bool away; /* the courier */
    int64_t now, midnight;
    struct silence silences[8];
    size_t silence_count;
    struct heard heard[HEARD_MAX];
    size_t heard_count;
    char threads[THREADS_MAX][ALERT_WORD_SIZE];
    const char *file;
    int line;
    bool restless, can_restart;
};

static void fail_at(const struct play *play, const char *why)
{
    fail_msg("%s:%d: %s", play->file, play->line, why);
}

static char *clock_text(const struct play *play, int64_t at, char text[16])
{
    int64_t left = (at - DAY) % 86400;
    (void)play;
    snprintf(text, 16, "%02d:%02d:%02d", (int)(left / 3600), (int)(left / 60 % 60),
             (int)(left % 60));
    return text;
}

/* ---- policy, outbox, courier ---- */

static void on_message(void *owner, const struct policy_message *message)
{
    struct play *play = owner;
    outbox_add(play->outbox, message, play->now * 1000);
}

static enum temper temper_of(struct play *play, const char *target)
{
    return play->tempers[hamlet_target(play->hamlet, target) - play->hamlet->targets];
}

static void hear(struct play *play, const struct delivery *delivery)
{
    struct alert *alert = mem_alloc(sizeof *alert);
    assert_true(play->heard_count < HEARD_MAX);
    assert_true(alert_read(delivery->text, strlen(delivery->text), alert));
    assert_string_equal(alert->id, delivery->id);
    play->heard[play->heard_count++] = (struct heard){.at = play->now, .alert = alert};
}

static void carry(struct play *play)
{
    static const enum outbox_end ends[] = {OUTBOX_DELIVERED, OUTBOX_LATER, OUTBOX_REFUSED};
    const struct delivery *delivery;
    while (!play->away && (delivery = outbox_next(play->outbox, play->now * 1000))) {
        enum temper temper = temper_of(play, delivery->target);
        if (temper == WORKS)
            hear(play, delivery);
        outbox_answer(play->outbox, delivery->id, ends[temper], 0, "as the play says",
                      play->now * 1000);
    }
}

static int64_t next_due(const struct play *play)
{
    int64_t due = policy_due(play->policy), ms = outbox_due(play->outbox);
    if (!play->away && ms != INT64_MAX && (ms + 999) / 1000 < due)
        due = (ms + 999) / 1000;
    return due < play->now ? play->now : due;
}

static void run_until(struct play *play, int64_t at)
{
    if (at < play->now)
        fail_at(play, "time does not go back");
    for (int64_t due; (due = next_due(play)) <= at;) {
        play->now = due;
        policy_turn(play->policy, play->now, on_message, play);
        carry(play);
        if (next_due(play) <= due && !play->away)
            fail_at(play, "the policy or the outbox is never through");
        if (play->away && policy_due(play->policy) <= due)
            fail_at(play, "the policy is never through");
    }
    play->now = at;
}

/* ---- a restart ---- */

static void feed(struct play *play)
{
    for (size_t i = 0; i <= play->hamlet->collective.service_count; i++) {
        if (i < play->hamlet->collective.service_count)
            policy_place(play->policy, i, play->places[i][0], play->places[i][1]);
        if (play->findings[i].since)
            policy_state(play->policy, i, &play->findings[i], play->now);
    }
    for (size_t i = 0; i < play->silence_count; i++)
        policy_silence(play->policy, play->silences[i].subject, play->silences[i].from,
                       play->silences[i].until);
}

static void begin(struct play *play)
{
    struct policy_world world;
    hamlet_world(play->hamlet, &world);
    play->policy = policy_new(&world);
    play->outbox = outbox_new();
    size_t count = play->hamlet->collective.service_count + 1;
    if (!play->findings)
        play->findings = mem_array(count, sizeof *play->findings);
    if (!play->places)
        play->places = mem_array(count, sizeof *play->places);
}

static void store(void *owner, const struct delivery *delivery)
{
    outbox_restore(owner, delivery);
}

static void restart(struct play *play)
{
    struct policy *old = play->policy;
    struct outbox *old_outbox = play->outbox;
    begin(play);
    for (size_t i = 0; i <= play->hamlet->collective.service_count; i++) {
        struct buffer text;
        buffer_init(&text, 65536);
        policy_save(old, i, &text);
        if (text.length)
            policy_load(play->policy, i, buffer_text(&text));
        buffer_fini(&text);
    }
    outbox_each(old_outbox, store, play->outbox);
    policy_free(old);
    outbox_free(old_outbox);
    feed(play);
}

/* ---- how the hamlet is ---- */

static void add_service(struct play *play, char *words[], size_t count)
{
    int64_t interval = 0;
    if (count < 4 || !unit_duration(words[3], &interval))
        fail_at(play, "not a service");
    struct service *service = hamlet_service(play->hamlet, words[1], interval);
    if (count == 6)
        service->parent = arena_text(&play->hamlet->arena, words[5]);
}

static int minutes(const char *text)
{
    int hours = 0, minute = 0;
    assert_int_equal(sscanf(text, "%d:%d", &hours, &minute), 2);
    return hours * 60 + minute;
}

static void add_way(struct play *play, struct alert_route *route, const char *target)
{
    const struct alert_target **ways = arena_array(&play->hamlet->arena, 8, sizeof *ways);
    size_t count = 0;
    for (; route->escalate && route->escalate[count]; count++)
        ways[count] = route->escalate[count];
    ways[count] = hamlet_target(play->hamlet, target);
    route->escalate = ways;
}

static void add_subjects(struct alert_route *route, char *list)
{
    route->subjects = 0;
    for (char *word = strtok(list, " "); word; word = strtok(NULL, " "))
        for (int i = 0; i < ALERTING_COUNT; i++)
            if (strcmp(word, alerting_subject_words[i]) == 0)
                route->subjects |= 1U << i;
}

static void setting(struct play *play, struct alert_route *route, char *text)
{
    char *value = strchr(text, ' ');
    char first[32];
    text_copy(first, sizeof first, text);
    first[strcspn(first, " ")] = '\0';
    value = value ? value + 1 : text + strlen(text);
    if (strcmp(first, "after") == 0)
        assert_true(unit_duration(value, &route->after_ms));
    else if (strcmp(text, "remind never") == 0)
        route->remind_ms = 0;
    else if (strcmp(first, "remind") == 0)
        assert_true(unit_duration(value, &route->remind_ms));
    else if (strcmp(first, "quiet") == 0)
        route->quiet = (struct quiet_hours){minutes(value), minutes(strchr(value, '-') + 1)};
    else if (strcmp(text, "not severe") == 0)
        route->severe = false;
    else if (strcmp(first, "then") == 0)
        add_way(play, route, value);
    else if (strcmp(text, "until acknowledged") == 0)
        route->accept = ACCEPT_ACKNOWLEDGED;
    else if (strcmp(first, "hears") == 0)
        add_subjects(route, value);
    else
        fail_at(play, "not a setting");
}

static void add_alerts(struct play *play, char *line)
{
    char *subject = line + strlen("alerts "), *rest = strchr(line, ':'), *more;
    *rest++ = '\0';
    rest += strspn(rest, " ");
    more = strstr(rest, ", ");
    if (more)
        *more = '\0';
    struct alert_route *route = hamlet_route(play->hamlet, subject, rest);
    while (more) {
        char *text = more + 2;
        more = strstr(text, ", ");
        if (more)
            *more = '\0';
        setting(play, route, text);
    }
}

static void add_contact(struct play *play, char *line)
{
    char *target = strstr(line, ": ");
    *target = '\0';
    hamlet_route(play->hamlet, line, target + 2);
    hamlet_consent(play->hamlet, target + 2, false);
}

static void add_place(struct play *play, char *line, int which, size_t skip)
{
    char *value = line + skip, *list = strstr(line, ": ");
    *list = '\0';
    if (!play->policy)
        begin(play);
    for (char *key = strtok(list + 2, " "); key; key = strtok(NULL, " ")) {
        size_t i = hamlet_index(play->hamlet, key);
        text_copy(play->places[i][which], sizeof play->places[i][which], value);
        policy_place(play->policy, i, play->places[i][0], play->places[i][1]);
    }
}

/* ---- what happens ---- */

static int64_t time_at(const struct play *play, const char *text)
{
    int hours, minute, second = 0;
    if (sscanf(text, "%d:%d:%d", &hours, &minute, &second) < 2)
        fail_at(play, "not a time");
    return play->midnight + hours * 3600 + minute * 60 + second;
}

static void change(struct play *play, const char *key, const char *state, const char *why)
{
    size_t i = hamlet_index(play->hamlet, key);
    struct finding *finding = &play->findings[i];
    char code[64] = "";
    if (strcmp(state, "steady") == 0) {
        finding->flapping = false;
    } else if (strcmp(state, "flapping") == 0) {
        finding->flapping = true;
        if (!finding->since)
            *finding = (struct finding){.state = OUTCOME_UP, .flapping = true, .since = play->now};
    } else {
        if (!outcome_parse(state, &finding->state))
            fail_at(play, "not a state");
        finding->reason = finding->state == OUTCOME_UP ? REASON_ok : REASON_timeout;
        finding->since = play->now;
        finding->since_after = play->now - 60;
    }
    if (why) {
        text_copy(code, sizeof code, why + 1);
        code[strcspn(code, ")")] = '\0';
        if (!reason_parse(code, &finding->reason))
            fail_at(play, "not a reason");
        if (finding->reason == REASON_tls_expires_soon)
            finding->expires = play->midnight + 10 * 86400;
    }
    policy_state(play->policy, i, finding, play->now);
}

static void set_temper(struct play *play, const char *target, enum temper temper)
{
    play->tempers[hamlet_target(play->hamlet, target) - play->hamlet->targets] = temper;
}

static void silence(struct play *play, const char *subject, const char *until)
{
    struct silence *silence = &play->silences[play->silence_count++];
    *silence = (struct silence){.from = play->now, .until = time_at(play, until)};
    text_copy(silence->subject, sizeof silence->subject,
              strcmp(subject, "everything") == 0 ? "" : subject);
    assert_true(policy_silence(play->policy, silence->subject, silence->from, silence->until));
}

static void consent(struct play *play, const char *target, bool wants)
{
    hamlet_consent(play->hamlet, target, wants);
    policy_wake(play->policy);
    if (!wants)
        outbox_drop(play->outbox, target, "it wants no more");
}

static void on_thread(void *owner, const char *thread)
{
    struct play *play = owner;
    outbox_acknowledge(play->outbox, thread);
}

/* ---- what is expected ---- */

static struct heard *next_heard(struct play *play, const char *target)
{
    for (size_t i = 0; i < play->heard_count; i++)
        if (!play->heard[i].consumed && strcmp(play->heard[i].alert->target, target) == 0)
            return &play->heard[i];
    fail_msg("%s:%d: %s hears nothing", play->file, play->line, target);
    return NULL;
}

static int compare_words(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* "down: a/b c/d", as the lines of a play have it. */
static char *heard_text(const struct alert *alert, char text[2048])
{
    char rows[ALERT_ROWS_MAX][RESULT_SERVICE_SIZE + 16], *order[ALERT_ROWS_MAX];
    for (size_t i = 0; i < alert->row_count; i++) {
        const struct alert_row *row = &alert->rows[i];
        text_format(rows[i], sizeof rows[i], "%s%s%s", row->service[0] ? row->service : "monitor",
                    alert->kind == ALERT_DIGEST ? "=" : "",
                    alert->kind == ALERT_DIGEST ? alert_kind_words[row->kind] : "");
        order[i] = rows[i];
    }
    qsort(order, alert->row_count, sizeof order[0], compare_words);
    size_t at = (size_t)snprintf(text, 2048, "%s:", alert_kind_words[alert->kind]);
    for (size_t i = 0; i < alert->row_count && at < 2048; i++)
        at += (size_t)snprintf(text + at, 2048 - at, " %s", order[i]);
    return text;
}

static void expect_thread(struct play *play, const struct alert *alert, bool opens,
                          const char *name)
{
    char *thread = play->threads[name[0] - 'A'];
    if (alert->opens != opens)
        fail_at(play, opens ? "it opens no thread" : "it opens a thread");
    if (opens)
        text_copy(thread, ALERT_WORD_SIZE, alert->thread);
    else if (strcmp(thread, alert->thread) != 0)
        fail_at(play, "it is in another thread");
}

/* «was down», «since 14:00», «as warning»: false when it is not so. */
static bool expect_row(const struct play *play, const struct alert *alert, const char *what,
                       const char *value)
{
    const struct alert_row *row = &alert->rows[0];
    if (strcmp(what, "was") == 0)
        return strcmp(outcome_name(row->before), value) == 0;
    if (strcmp(what, "since") == 0)
        return row->since == time_at(play, value);
    return strcmp(what, "as") == 0 && strcmp(alert_severity_words[alert->severity], value) == 0;
}

static void expect_more(struct play *play, const struct alert *alert, char *words[], size_t count)
{
    enum alert_factor factor = FACTOR_NONE;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], "twice") == 0) {
            if (alert->rows[0].times != 2)
                fail_at(play, "it was not so twice");
        } else if (strcmp(words[i], "because") == 0 && i + 2 < count) {
            factor = alert->factor;
            if (strcmp(alert_factor_words[factor], words[i + 1]) != 0 ||
                strcmp(alert->common, words[i + 2]) != 0)
                fail_msg("%s:%d: because %s %s", play->file, play->line, alert_factor_words[factor],
                         alert->common);
            i += 2;
        } else if ((strcmp(words[i], "opens") == 0 || strcmp(words[i], "in") == 0) &&
                   i + 1 < count) {
            expect_thread(play, alert, words[i][0] == 'o', words[i + 1]);
            i++;
        } else if (i + 1 >= count || !expect_row(play, alert, words[i], words[i + 1])) {
            fail_at(play, "it is otherwise");
        } else {
            i++;
        }
    }
    if (factor != alert->factor)
        fail_msg("%s:%d: because %s %s", play->file, play->line, alert_factor_words[alert->factor],
                 alert->common);
}

static void expect(struct play *play, char *words[], size_t count)
{
    char wanted[2048], got[2048], clock[16];
    struct heard *heard = next_heard(play, words[0]);
    size_t at = (size_t)snprintf(wanted, sizeof wanted, "%s", words[2]);
    size_t i = 3;
    for (; i < count && (strchr(words[i], '/') || text_starts(words[i], "monitor")); i++)
        at += (size_t)snprintf(wanted + at, sizeof wanted - at, " %s", words[i]);
    heard_text(heard->alert, got);
    bool late = strcmp(words[1], "heard") == 0;
    if ((!late && heard->at != play->now) || strcmp(wanted, got) != 0)
        fail_msg("%s:%d: %s hears at %s: %s", play->file, play->line, words[0],
                 clock_text(play, heard->at, clock), got);
    heard->consumed = true;
    expect_more(play, heard->alert, words + i, count - i);
}

struct question {
    const char *service, *target;
    enum policy_hold hold;
    bool found;
};

static void on_standing(void *owner, const struct policy_standing *standing)
{
    struct question *question = owner;
    const char *key = standing->service ? standing->service->key : "monitor";
    if (strcmp(key, question->service) != 0 ||
        strcmp(standing->target->name, question->target) != 0)
        return;
    question->found = true;
    question->hold = standing->hold;
}

static void expect_held(struct play *play, const char *service, char *target, const char *why)
{
    target[strcspn(target, ":")] = '\0';
    struct question question = {.service = service, .target = target};
    policy_each(play->policy, on_standing, &question);
    if (!question.found)
        fail_at(play, "nothing is known of it");
    if (strcmp(policy_hold_words[question.hold], why) != 0)
        fail_msg("%s:%d: it is held for: %s", play->file, play->line,
                 policy_hold_words[question.hold]);
}

/* ---- lines ---- */

static bool says(char *const words[], size_t count, size_t at, const char *word)
{
    return at < count && strcmp(words[at], word) == 0;
}

static void happen(struct play *play, char *words[], size_t count)
{
    static const char *const tempers[] = {"works", "breaks", "refuses"};
    if (says(words, count, 0, "maintenance") && count == 5)
        play->hamlet->maintained_until[hamlet_index(play->hamlet, words[2])] =
            time_at(play, words[4]);
    else if (says(words, count, 0, "silence") && count == 4)
        silence(play, words[1], words[3]);
    else if (says(words, count, 0, "acknowledge") && count == 2)
        assert_true(policy_acknowledge(play->policy, words[1], on_thread, play));
    else if (says(words, count, 2, "yes"))
        consent(play, words[0], true);
    else if (says(words, count, 1, "wants"))
        consent(play, words[0], false);
    else if (says(words, count, 0, "courier") && count == 3)
        play->away = says(words, count, 2, "away");
    else if (says(words, count, 1, "hears") || says(words, count, 1, "heard"))
        expect(play, words, count);
    else if (says(words, count, 2, "held") && count == 6)
        expect_held(play, words[0], words[4], words[5]);
    else if (says(words, count, 1, "was") && count == 4)
        play->hamlet->good_at[hamlet_index(play->hamlet, words[0])] = play->now;
    else if (says(words, count, 1, "flaps"))
        change(play, words[0], "flapping", NULL);
    else if (says(words, count, 1, "is") && count >= 3)
        change(play, words[0], words[2], count > 3 ? words[3] : NULL);
    else if (count == 2)
        for (int i = 0; i < 3; i++)
            if (strcmp(words[1], tempers[i]) == 0)
                set_temper(play, words[0], (enum temper)i);
}

static size_t split(char *line, char *words[WORDS_MAX])
{
    size_t count = 0;
    for (char *word = strtok(line, " "); word && count < WORDS_MAX; word = strtok(NULL, " "))
        words[count++] = word;
    return count;
}

static void play_timed(struct play *play, char *line)
{
    char *words[WORDS_MAX];
    size_t count = split(line, words);
    if (!play->policy)
        begin(play);
    if (count < 2)
        fail_at(play, "nothing happens");
    run_until(play, time_at(play, words[0]));
    happen(play, words + 1, count - 1);
    carry(play);
}

static void play_line(struct play *play, char *line)
{
    char *words[WORDS_MAX];
    if (text_starts(line, "service "))
        add_service(play, words, split(line, words));
    else if (text_starts(line, "alerts "))
        add_alerts(play, line);
    else if (text_starts(line, "contact "))
        add_contact(play, line + strlen("contact "));
    else if (text_starts(line, "at "))
        add_place(play, line, 0, strlen("at "));
    else if (text_starts(line, "issued by "))
        add_place(play, line, 1, strlen("issued by "));
    else if (strcmp(line, "next day") == 0)
        play->midnight += 86400;
    else if (strcmp(line, "restart") == 0)
        restart(play);
    else if (strcmp(line, "without restarts") == 0)
        play->can_restart = false;
    else if (text_starts(line, "until "))
        run_until(play, time_at(play, line + strlen("until ")));
    else if (isdigit((unsigned char)line[0]))
        play_timed(play, line);
    else
        fail_at(play, "what is that?");
    if (play->restless && play->can_restart && play->policy)
        restart(play);
}

static void finish(struct play *play)
{
    char got[2048], clock[16];
    for (size_t i = 0; i < play->heard_count; i++)
        if (!play->heard[i].consumed)
            fail_msg("%s: %s also hears at %s: %s", play->file, play->heard[i].alert->target,
                     clock_text(play, play->heard[i].at, clock),
                     heard_text(play->heard[i].alert, got));
    for (size_t i = 0; i < play->heard_count; i++)
        free(play->heard[i].alert);
    policy_free(play->policy);
    outbox_free(play->outbox);
    free(play->findings);
    free(play->places);
    hamlet_free(play->hamlet);
    free(play);
}

static void play_file(const char *path, bool restless)
{
    struct play *play = mem_zalloc(sizeof *play);
    char line[512];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    play->hamlet = hamlet_new();
    play->file = path;
    play->restless = restless;
    play->can_restart = true;
    play->midnight = play->now = DAY;
    while (fgets(line, sizeof line, file)) {
        play->line++;
        line[strcspn(line, "#\n")] = '\0';
        while (line[0] && line[strlen(line) - 1] == ' ')
            line[strlen(line) - 1] = '\0';
        if (line[0])
            play_line(play, line);
    }
    fclose(file);
    finish(play);
}

static void test_scenarios(void **state)
{
    static const char folder_name[] = "scenarios/alerts";
    int count = 0;
    (void)state;
    DIR *folder = opendir(folder_name);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[400];
        if (!text_ends(entry->d_name, ".txt"))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder_name, entry->d_name);
        play_file(path, false);
        play_file(path, true);
        count++;
    }
    closedir(folder);
    assert_true(count >= 20);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_scenarios)};
    if (argc > 1) {
        play_file(argv[1], argc > 2);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

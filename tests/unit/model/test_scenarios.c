/* Plays tests/scenarios/NAME.txt: results of a service's checks, and the record that must come of them.
 *
 *     check web every 60s              a check; «extra» after its name makes it one
 *     12:00:00 web ipv4 up             a result; any outcome of ours, or a reason code
 *     restart                          saved and loaded again, as after a stop
 *     crash                            only the times of the newest results were saved since the last restart
 *     until 12:10:00                   time passes; nothing older can still come
 *     expect 12:00:00 12:10:00 up      the record, in order, nothing left out
 *     expect ... down after 11:59:00   with the other end of its bracket
 *     blip 12:01:00 12:01:10 web ipv4 2 timeout   a failure that was not confirmed: from its first result to the one
 *                                      after it, of which line, how many failed, why; in order, none left out
 *
 * Each file is played as it stands, and again with a restart after every line. */
#include "record.h"
#include "testing.h"
#include "text.h"
#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHECKS_MAX = 8, SPANS_MAX = 64, BLIPS_MAX = 16, DAY = 1767225600 /* 2026-01-01 */ };

struct play {
    struct check checks[CHECKS_MAX];
    char ids[CHECKS_MAX][32];
    struct service service;
    struct record record;
    struct span spans[SPANS_MAX];
    size_t span_count, expected;
    char blips[BLIPS_MAX][160]; /* as they are expected */
    size_t blip_count, blips_expected;
    char saved[65536];
    const char *file;
    int line;
    bool restless; /* restart after every line */
};

static void fail_at(const struct play *play, const char *why)
{
    fail_msg("%s:%d: %s", play->file, play->line, why);
}

static void clock_of(int64_t time, char clock[16])
{
    long long second = (long long)(time - DAY);
    snprintf(clock, 16, "%02lld:%02lld:%02lld", second / 3600 % 100, second / 60 % 60, second % 60);
}

static void note_blip(struct play *play, const struct record_news *news)
{
    char from[16], to[16];
    assert_null(news->span);
    assert_true(play->blip_count < BLIPS_MAX);
    clock_of(news->blip->at, from);
    clock_of(news->blip->until, to);
    text_format(play->blips[play->blip_count++], sizeof play->blips[0], "%s %s %s %s %d %s", from,
                to, news->line->check, family_name(news->line->family), news->blip->results,
                reason_code(news->blip->reason));
}

/* Consecutive stretches of one state are one. */
static void on_news(void *owner, const struct record_news *news)
{
    struct play *play = owner;
    struct span *last = play->span_count ? &play->spans[play->span_count - 1] : NULL;
    if (news->blip)
        note_blip(play, news);
    if (news->line)
        return;
    if (last)
        assert_int_equal(last->to, news->span->from);
    if (last && last->state == news->span->state) {
        last->to = news->span->to;
        return;
    }
    assert_true(record_news_is_change(news));
    assert_true(play->span_count < SPANS_MAX);
    play->spans[play->span_count++] = *news->span;
}

static int64_t time_of(const struct play *play, const char *text)
{
    int hours, minutes, seconds;
    if (sscanf(text, "%d:%d:%d", &hours, &minutes, &seconds) != 3)
        fail_at(play, "not a time");
    return DAY + hours * 3600 + minutes * 60 + seconds;
}

static void add_check(struct play *play, const char *line)
{
    char id[32], word[32], interval[32];
    struct check *check = &play->checks[play->service.check_count];
    if (sscanf(line, "check %31s extra every %31s", id, interval) == 2)
        check->role = ROLE_EXTRA;
    else if (sscanf(line, "check %31s %31s %31s", id, word, interval) != 3)
        fail_at(play, "not a check");
    assert_true(unit_duration(interval, &check->interval_ms));
    text_copy(play->ids[play->service.check_count], 32, id);
    check->id = play->ids[play->service.check_count++];
    check->timeout_ms = 10000;
}

static void add_result(struct play *play, const char *line)
{
    char time[16], check[32], family[16], found[32];
    struct result result;
    if (sscanf(line, "%15s %31s %15s %31s", time, check, family, found) != 4)
        fail_at(play, "not a result");
    result_init(&result);
    result.time = wall_from_seconds(time_of(play, time));
    text_copy(result.vantage, sizeof result.vantage, "here");
    text_copy(result.service, sizeof result.service, "a/b");
    text_copy(result.check, sizeof result.check, check);
    if (!family_parse(family, &result.family))
        fail_at(play, "not a family");
    enum reason reason;
    if (reason_parse(found, &reason))
        result_set(&result, reason, "%s", found);
    else if (outcome_parse(found, &result.outcome))
        result.reason = result.outcome == OUTCOME_UP ? REASON_ok : REASON_timeout;
    else
        fail_at(play, "neither an outcome nor a reason");
    if (record_feed(&play->record, &result, on_news, play) != LINE_TAKEN)
        fail_at(play, "the result was refused");
}

static void nobody(void *owner, const struct record_news *news)
{
    (void)owner;
    (void)news;
}

static void save_record(const struct record *record, char *to, size_t size)
{
    struct buffer text;
    buffer_init(&text, size - 1);
    record_save(record, &text);
    text_copy(to, size, buffer_text(&text));
    buffer_fini(&text);
}

/* A copy is the same, and what becomes of it does not touch the record. */
static void check_copy(struct play *play)
{
    static char text[sizeof play->saved];
    struct record copy;
    record_copy(&copy, &play->record);
    save_record(&copy, text, sizeof text);
    if (strcmp(text, play->saved) != 0)
        fail_at(play, "a copy of the record is another");
    record_finish(&copy, copy.frontier + 1000000, nobody, NULL);
    record_fini(&copy);
    save_record(&play->record, text, sizeof text);
    if (strcmp(text, play->saved) != 0)
        fail_at(play, "a copy of the record changes it");
}

static void save(struct play *play)
{
    save_record(&play->record, play->saved, sizeof play->saved);
    check_copy(play);
}

static void load(struct play *play)
{
    if (record_load(&play->record, play->saved))
        fail_at(play, "the saved record cannot be read");
}

static void crash(struct play *play)
{
    struct buffer times;
    buffer_init(&times, 4096);
    record_save_times(&play->record, &times);
    uint64_t shape = record_shape(&play->record);
    load(play);
    if (record_shape(&play->record) != shape)
        fail_at(play, "a crash is only played where the shape was saved: restart first");
    record_load_times(&play->record, buffer_text(&times));
    buffer_fini(&times);
}

static void expect(struct play *play, const char *line)
{
    char from[16], to[16], state[16], before[16];
    int words = sscanf(line, "expect %15s %15s %15s after %15s", from, to, state, before);
    if (words < 3)
        fail_at(play, "not an expectation");
    if (play->expected >= play->span_count)
        fail_at(play, "the record ends before");
    const struct span *span = &play->spans[play->expected++];
    if (span->from != time_of(play, from) || span->to != time_of(play, to) ||
        strcmp(outcome_name(span->state), state) != 0)
        fail_msg("%s:%d: the record says %s from %lld s to %lld s of the day", play->file,
                 play->line, outcome_name(span->state), (long long)(span->from - DAY),
                 (long long)(span->to - DAY));
    if (words == 4 && span->before != time_of(play, before))
        fail_msg("%s:%d: the bracket's other end is %lld s of the day", play->file, play->line,
                 (long long)(span->before - DAY));
}

static void expect_blip(struct play *play, const char *words)
{
    if (play->blips_expected >= play->blip_count)
        fail_at(play, "there is no such blip");
    const char *blip = play->blips[play->blips_expected++];
    if (strcmp(blip, words) != 0)
        fail_msg("%s:%d: the blip is %s", play->file, play->line, blip);
}

static void play_line(struct play *play, const char *line)
{
    if (text_starts(line, "check "))
        add_check(play, line);
    else if (text_starts(line, "until "))
        record_settle(&play->record, time_of(play, line + 6), on_news, play);
    else if (text_starts(line, "expect "))
        expect(play, line);
    else if (text_starts(line, "blip "))
        expect_blip(play, line + 5);
    else if (strcmp(line, "restart") == 0)
        save(play), load(play);
    else if (strcmp(line, "crash") == 0)
        crash(play);
    else
        add_result(play, line);
    if (play->restless && play->record.line_count) {
        save(play);
        load(play);
    }
}

static void play_file(const char *path, bool restless)
{
    struct play *play = calloc(1, sizeof *play);
    char line[256];
    FILE *file = fopen(path, "r");
    assert_non_null(play);
    assert_non_null(file);
    play->file = path;
    play->restless = restless;
    play->service = (struct service){.id = "b", .key = "a/b", .checks = play->checks};
    record_init(&play->record, &play->service);
    while (fgets(line, sizeof line, file)) {
        play->line++;
        line[strcspn(line, "#\n")] = '\0';
        while (line[0] && line[strlen(line) - 1] == ' ')
            line[strlen(line) - 1] = '\0';
        if (line[0])
            play_line(play, line);
    }
    if (play->expected != play->span_count)
        fail_at(play, "the record goes on");
    if (play->blips_expected != play->blip_count)
        fail_at(play, "there is another blip");
    fclose(file);
    record_fini(&play->record);
    free(play);
}

static void test_scenarios(void **state)
{
    int count = 0;
    (void)state;
    DIR *folder = opendir("scenarios");
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[300];
        if (!text_ends(entry->d_name, ".txt"))
            continue;
        snprintf(path, sizeof path, "scenarios/%s", entry->d_name);
        play_file(path, false);
        play_file(path, true);
        count++;
    }
    closedir(folder);
    assert_true(count >= 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_scenarios)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "chronicle.h"

#include "folder.h"
#include "incident.h"
#include "incident_past.h"
#include "mem.h"
#include "outlet.h"
#include "page.h"
#include "sweep.h"
#include "text.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { AT_ONCE = 4, MONTHS_MOST = 1200, PATH_SIZE = 512 };

static const int64_t calm_ms = 2000; /* many changes come together */
/* How old a page becomes at least before it is made for the clock alone: those of months are large. */
static const int64_t incident_age_ms = 60000, month_age_ms = 600000;
static const int64_t look_again_ms = 10000;
static const int64_t late_s = 86400; /* a month's last seconds are settled by then */

/* What is told of a service. */
struct chapter {
    int64_t told; /* s; outages that began before are over and told; 0 = nothing is */
    bool urgent, open;
    int64_t tried_ms,
        again_ms; /* again_ms: when an outage will have become an incident; 0 = none will */
};

struct month {
    struct page_month sum;
    int64_t to;
    bool urgent;
    int64_t tried_ms;
};

struct word {
    size_t service;
    int64_t at;
};

struct chronicle {
    int folder;
    const struct config *config;
    struct chapter *chapters; /* one per service */
    struct month *months;     /* without a gap, in order */
    size_t month_count, month_capacity;
    struct word *words; /* said, and not told yet */
    size_t word_count, word_capacity;
    struct month first; /* the journal's first page */
};

/* One thing being done. */
struct turn {
    struct chronicle *chronicle;
    const struct chronicle_time *time;
    struct chronicle_cost *cost;
    struct fault *fault;
    bool by_clock;
    bool made;  /* a page */
    bool wrote; /* and it was another than before */
};

/* ---- what is due ---- */

static void begin_anew(struct chronicle *chronicle, const struct config *config)
{
    free(chronicle->chapters);
    chronicle->config = config;
    chronicle->chapters =
        mem_zalloc((config->collective.service_count + 1) * sizeof *chronicle->chapters);
    for (size_t i = 0; i < config->collective.service_count; i++)
        chronicle->chapters[i].urgent = true;
    chronicle->month_count = chronicle->word_count = 0;
    chronicle->first = (struct month){.urgent = true};
}

struct chronicle *chronicle_new(int folder, const struct config *config)
{
    struct chronicle *chronicle = mem_zalloc(sizeof *chronicle);
    chronicle->folder = folder;
    begin_anew(chronicle, config);
    return chronicle;
}

void chronicle_free(struct chronicle *chronicle)
{
    if (!chronicle)
        return;
    free(chronicle->chapters);
    free(chronicle->months);
    free(chronicle->words);
    free(chronicle);
}

void chronicle_reload(struct chronicle *chronicle, const struct config *config)
{
    const struct collective nobody = {.name = ""};
    const char *const *before = outlet_languages(&chronicle->config->collective);
    for (size_t i = 0; before[i]; i++) {
        bool spoken = outlet_speaks(&config->collective, before[i]);
        sweep_incidents(chronicle->folder, spoken ? &config->collective : &nobody, before[i]);
        if (!spoken)
            sweep_journal(chronicle->folder, before[i]);
    }
    begin_anew(chronicle, config);
}

void chronicle_service_changed(struct chronicle *chronicle, size_t service)
{
    chronicle->chapters[service].urgent = true;
}

void chronicle_said(struct chronicle *chronicle, size_t service, int64_t at)
{
    void *words = chronicle->words;
    mem_grow(&words, &chronicle->word_capacity, chronicle->word_count + 1,
             sizeof *chronicle->words);
    chronicle->words = words;
    chronicle->words[chronicle->word_count++] = (struct word){service, at};
}

/* ---- months ---- */

/* Room for months before the first or after the last. */
static void add_months(struct chronicle *chronicle, size_t before, size_t after)
{
    size_t count = chronicle->month_count, total = count + before + after;
    void *months = chronicle->months;
    mem_grow(&months, &chronicle->month_capacity, total, sizeof *chronicle->months);
    chronicle->months = months;
    memmove(chronicle->months + before, chronicle->months, count * sizeof *chronicle->months);
    memset(chronicle->months, 0, before * sizeof *chronicle->months);
    memset(chronicle->months + before + count, 0, after * sizeof *chronicle->months);
    chronicle->month_count = total;
}

static void set_month(struct month *month, int64_t from)
{
    *month = (struct month){.sum.from = from, .to = incident_month(from, 1)};
}

/* Every month from the first that has a record to now has a page. */
static void reach(struct chronicle *chronicle, int64_t time)
{
    int64_t month = incident_month(time, 0);
    if (!chronicle->month_count) {
        add_months(chronicle, 0, 1);
        set_month(&chronicle->months[0], month);
    }
    while (month < chronicle->months[0].sum.from && chronicle->month_count < MONTHS_MOST) {
        add_months(chronicle, 1, 0);
        set_month(&chronicle->months[0], incident_month(chronicle->months[1].sum.from, -1));
    }
    for (struct month *last; last = &chronicle->months[chronicle->month_count - 1],
                             month > last->sum.from && chronicle->month_count < MONTHS_MOST;) {
        int64_t next = last->to;
        add_months(chronicle, 0, 1);
        set_month(&chronicle->months[chronicle->month_count - 1], next);
    }
}

static void mark_months(struct chronicle *chronicle, int64_t from, int64_t to)
{
    for (size_t i = 0; i < chronicle->month_count; i++) {
        struct month *month = &chronicle->months[i];
        if (month->sum.from < to && month->to > from)
            month->urgent = true;
    }
}

/* ---- writing ---- */

static bool is_there(const struct chronicle *chronicle, const char *path)
{
    struct stat stat;
    return fstatat(chronicle->folder, path, &stat, AT_SYMLINK_NOFOLLOW) == 0;
}

static int write_page(struct turn *turn, const char *language, const char *place,
                      const struct buffer *bytes)
{
    struct chronicle *chronicle = turn->chronicle;
    char path[PATH_SIZE];
    if (bytes->overflow)
        return fault_set(turn->fault, "the page %s%s is larger than %d bytes", language, place,
                         PAGE_MAX);
    turn->made = true;
    text_format(path, sizeof path, "%s/%sindex.html", language, place);
    int rc = folder_update(chronicle->folder, path, buffer_text(bytes), bytes->length, turn->fault);
    if (rc == FOLDER_SAME)
        return 0;
    turn->cost->changed_names |= rc == FOLDER_NEW;
    turn->wrote = true;
    if (turn->by_clock)
        turn->cost->for_the_clock += outlet_on_disk(bytes->length);
    return rc < 0 ? -1 : 0;
}

static struct page page_in(const struct turn *turn, const char *language)
{
    const struct config *config = turn->chronicle->config;
    return (struct page){.collective = &config->collective,
                         .history = turn->time->history,
                         .language = language,
                         .now = turn->time->now,
                         .incident_after_ms = config->incident_after_ms,
                         .interval_ms = config->interval_ms,
                         .day_words = turn->time->day_words};
}

static int write_in_language(struct turn *turn, const char *language, const char *place,
                             const struct incident_past *past)
{
    struct page page = page_in(turn, language);
    struct buffer bytes;
    buffer_init(&bytes, PAGE_MAX);
    page_incident(&page, past, &bytes);
    int rc = write_page(turn, language, place, &bytes);
    buffer_fini(&bytes);
    return rc;
}

/* In every language. 1: it is there, and until when; 0: there is no such incident (then `begin`); -1. */
static int write_incident(struct turn *turn, const struct service *service, int64_t begin,
                          int64_t *ret_to)
{
    const char *const *languages = outlet_languages(&turn->chronicle->config->collective);
    struct arena arena = {0};
    struct incident_past past;
    struct page page = page_in(turn, languages[0]);
    const char *place = incident_path(service->key, begin, &arena);
    int rc = incident_past_of(&page, service, begin, &arena, &past);
    *ret_to = rc > 0 ? past.outage.to : begin;
    for (size_t i = 0; languages[i] && rc > 0; i++)
        if (write_in_language(turn, languages[i], place, &past))
            rc = -1;
    arena_free(&arena);
    return rc;
}

/* ---- chapters ---- */

/* The first outage that is not told yet, from its beginning. */
static bool next_outage(const struct turn *turn, const struct service *service,
                        const struct chapter *chapter, struct arena *arena, size_t *ret_left,
                        const struct outage **ret)
{
    const struct history *history = turn->time->history;
    const struct span *spans;
    size_t count =
        history->spans(history->owner, service->key, chapter->told, turn->time->now, arena, &spans);
    size_t outages = outages_in(spans, count, arena, ret), past = 0;
    while (past < outages && (*ret)[past].from < chapter->told)
        past++;
    *ret += past;
    *ret_left = outages - past;
    return *ret_left > 0;
}

static int64_t wait_ms(const struct turn *turn, const struct outage *outage)
{
    int64_t least = turn->chronicle->config->incident_after_ms;
    int64_t missing = least - (outage->to - outage->from) * 1000;
    return turn->time->now_ms + (missing > look_again_ms ? missing : look_again_ms);
}

static int tell_outage(struct turn *turn, size_t service, const struct outage *outage)
{
    struct chronicle *chronicle = turn->chronicle;
    struct chapter *chapter = &chronicle->chapters[service];
    int64_t to;
    bool wrote = turn->wrote;
    turn->wrote = false;
    int rc =
        write_incident(turn, chronicle->config->collective.services[service], outage->from, &to);
    if (turn->wrote && !turn->by_clock)
        mark_months(chronicle, outage->from, outage->to + 1);
    turn->wrote |= wrote;
    if (rc < 0)
        return -1;
    if (outage->end != OUTAGE_OPEN)
        chapter->told = outage->to;
    else if (rc > 0)
        chapter->open = true;
    else
        chapter->again_ms = wait_ms(turn, outage);
    return rc;
}

/* A few incidents at a time: a service with thousands must not hold up what others have to tell. */
static int tell_chapter(struct turn *turn, size_t service)
{
    struct chronicle *chronicle = turn->chronicle;
    struct chapter *chapter = &chronicle->chapters[service];
    struct arena arena = {0};
    const struct outage *outages;
    size_t count = 0, told = 0;
    int rc = 0;
    chapter->tried_ms = turn->time->now_ms;
    chapter->again_ms = 0;
    chapter->open = false;
    if (next_outage(turn, chronicle->config->collective.services[service], chapter, &arena, &count,
                    &outages))
        for (size_t i = 0; i < count && told < AT_ONCE && rc >= 0; i++) {
            rc = tell_outage(turn, service, &outages[i]);
            told += rc > 0;
        }
    arena_free(&arena);
    if (rc < 0)
        return -1;
    chapter->urgent = told == AT_ONCE;
    if (chapter->urgent)
        chapter->tried_ms = 0;
    return 0;
}

/* Before the first record there is nothing to tell. */
static int take_chapter(struct turn *turn, size_t service)
{
    const struct history *history = turn->time->history;
    struct chapter *chapter = &turn->chronicle->chapters[service];
    const char *key = turn->chronicle->config->collective.services[service]->key;
    if (!chapter->told)
        chapter->told = history->begin(history->owner, key);
    if (chapter->told) {
        reach(turn->chronicle, chapter->told);
        return tell_chapter(turn, service);
    }
    chapter->tried_ms = turn->time->now_ms;
    chapter->urgent = false;
    return 0;
}

static bool is_chapter_due(const struct turn *turn, const struct chapter *chapter)
{
    int64_t age = turn->time->now_ms - chapter->tried_ms;
    if (turn->by_clock)
        return chapter->open && age >= incident_age_ms;
    return (chapter->urgent && (!chapter->tried_ms || chapter->told == 0 || age >= calm_ms)) ||
           (chapter->again_ms && chapter->again_ms <= turn->time->now_ms);
}

/* ---- what was said ---- */

static int take_word(struct turn *turn)
{
    struct chronicle *chronicle = turn->chronicle;
    const struct word *word = &chronicle->words[chronicle->word_count - 1];
    int64_t to;
    int rc =
        write_incident(turn, chronicle->config->collective.services[word->service], word->at, &to);
    if (rc < 0)
        return -1;
    mark_months(chronicle, word->at, to + 1);
    mark_months(chronicle, turn->time->now, turn->time->now + 1);
    chronicle->word_count--;
    return 0;
}

/* ---- months and the first page ---- */

static int write_part(struct turn *turn, const char *language, struct month *month, size_t part)
{
    struct page page = page_in(turn, language);
    struct arena arena = {0};
    struct buffer bytes;
    buffer_init(&bytes, PAGE_MAX);
    month->sum = page_month(&page, month->sum.from, part, &bytes);
    int rc = write_page(turn, language, incident_month_path(month->sum.from, part, &arena), &bytes);
    buffer_fini(&bytes);
    arena_free(&arena);
    return rc;
}

/* Where there were more of them once. */
static void remove_parts(struct turn *turn, const char *language, const struct month *month)
{
    struct arena arena = {0};
    char path[PATH_SIZE];
    for (size_t part = month->sum.parts + 1;; part++) {
        text_format(path, sizeof path, "%s/%sindex.html", language,
                    incident_month_path(month->sum.from, part, &arena));
        if (!is_there(turn->chronicle, path))
            break;
        folder_remove(turn->chronicle->folder, path);
        turn->cost->changed_names = true;
    }
    arena_free(&arena);
}

static int write_month(struct turn *turn, struct month *month)
{
    const char *const *languages = outlet_languages(&turn->chronicle->config->collective);
    month->tried_ms = turn->time->now_ms;
    for (size_t i = 0; languages[i]; i++) {
        size_t part = 0;
        do {
            if (write_part(turn, languages[i], month, ++part)) {
                month->urgent = true;
                return -1;
            }
        } while (part < month->sum.parts);
        remove_parts(turn, languages[i], month);
    }
    month->urgent = false;
    turn->chronicle->first.urgent |= !turn->by_clock;
    return 0;
}

static int write_first(struct turn *turn)
{
    struct chronicle *chronicle = turn->chronicle;
    const char *const *languages = outlet_languages(&chronicle->config->collective);
    struct page_month *sums = mem_zalloc((chronicle->month_count + 1) * sizeof *sums);
    int rc = 0;
    for (size_t i = 0; i < chronicle->month_count; i++)
        sums[i] = chronicle->months[i].sum;
    for (size_t i = 0; languages[i] && rc == 0; i++) {
        struct page page = page_in(turn, languages[i]);
        struct buffer bytes;
        buffer_init(&bytes, PAGE_MAX);
        page_journal(&page, sums, chronicle->month_count, &bytes);
        rc = write_page(turn, languages[i], INCIDENT_ROOT, &bytes);
        buffer_fini(&bytes);
    }
    free(sums);
    chronicle->first.tried_ms = turn->time->now_ms;
    chronicle->first.urgent = rc != 0;
    return rc;
}

static bool is_month_due(const struct turn *turn, const struct month *month)
{
    int64_t age = turn->time->now_ms - month->tried_ms;
    if (turn->by_clock)
        return turn->time->now < month->to + late_s && age >= month_age_ms;
    return !month->tried_ms || (month->urgent && age >= calm_ms);
}

/* ---- in turn ---- */

static int take_months(struct turn *turn)
{
    struct chronicle *chronicle = turn->chronicle;
    for (size_t i = chronicle->month_count; i-- > 0;) {
        struct month *month = &chronicle->months[i];
        if (is_month_due(turn, month))
            return write_month(turn, month) ? -1 : 1;
    }
    chronicle->first.to = turn->time->now; /* it always tells of the month of now */
    if (is_month_due(turn, &chronicle->first))
        return write_first(turn) ? -1 : 1;
    return 0;
}

/* On to the first that has something to tell: most changes of most services are no incidents. */
static int take_chapters(struct turn *turn)
{
    struct chronicle *chronicle = turn->chronicle;
    for (size_t i = 0; i < chronicle->config->collective.service_count && !turn->made; i++)
        if (is_chapter_due(turn, &chronicle->chapters[i]) && take_chapter(turn, i))
            return -1;
    return turn->made;
}

static int take_next(struct turn *turn)
{
    if (turn->chronicle->word_count && !turn->by_clock)
        return take_word(turn) ? -1 : 1;
    int rc = take_chapters(turn);
    return rc ? rc : take_months(turn);
}

int chronicle_step(struct chronicle *chronicle, const struct chronicle_time *time,
                   struct chronicle_cost *cost, struct fault *fault)
{
    struct turn turn = {.chronicle = chronicle, .time = time, .cost = cost, .fault = fault};
    reach(chronicle, time->now);
    int rc = take_next(&turn);
    if (rc || !time->for_the_clock)
        return rc;
    turn.by_clock = true;
    return take_next(&turn);
}

bool chronicle_is_told(const struct chronicle *chronicle)
{
    bool told = chronicle->month_count && chronicle->first.tried_ms && !chronicle->first.urgent;
    for (size_t i = 0; told && i < chronicle->config->collective.service_count; i++)
        told = chronicle->chapters[i].tried_ms && !chronicle->chapters[i].urgent;
    for (size_t i = 0; told && i < chronicle->month_count; i++)
        told = chronicle->months[i].tried_ms && !chronicle->months[i].urgent;
    return told;
}

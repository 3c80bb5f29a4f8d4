#include "publisher.h"

#include "account_store.h"
#include "buffer.h"
#include "calendar.h"
#include "chronicle.h"
#include "climb_store.h"
#include "clock.h"
#include "day_words.h"
#include "folder.h"
#include "mem.h"
#include "outlet.h"
#include "page.h"
#include "past_store.h"
#include "practice.h"
#include "register_file.h"
#include "shelf.h"
#include "site_plan.h"
#include "site_stamp.h"
#include "sweep.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct publisher {
    int folder;
    const struct config *config;
    struct practice practice; /* by the configuration in force */
    char user_agent[ROBOT_NAME_SIZE];
    bool clock_of_chronicle;     /* whose turn it is to be made for the clock */
    struct chronicle *chronicle; /* the pages of incidents are its own affair */
    struct past_store *pasts;    /* that the files of the collective share, and those of a hoster */
    struct climb_store *climbs;  /* that the metrics of a hoster and of its services share */
    struct account_store *accounts; /* and their figures */
    struct day_words *day_words;    /* that all pages share */
    struct register_file registers; /* what the last reading of them found */
    struct shelf shelf;             /* the yearly reports that were published */
    int64_t beside_ms;              /* when was looked for others of both */
    struct site_plan plan;
    size_t urgent;     /* how many slots are */
    size_t fresh;      /* how many were not made since start or reload */
    int64_t structure; /* for the stamp */
    double budget;     /* bytes that may be written for the sake of the clock on a page */
    int64_t budget_ms; /* when it was reckoned */
    int64_t failed_ms; /* when the last write failed; 0 = it did not */
};

/* 6 KiB a second are at most 530 MB a day on the disk of a volunteer. Changes come on top: they are rare, and must not
 * make the clocks on the other pages stand still. */
static const double budget_per_ms = 6.144, budget_most = 256 * 1024;
static const int64_t least_age_ms = 60000;  /* no page is made again for the clock before that */
static const int64_t calm_ms = 2000;        /* nor for a change: many changes come together */
static const int64_t days_age_ms = 3600000; /* files of days that are past are not made oftener */
static const int64_t beside_age_ms = 2000;  /* nor is looked for what others left us */
static const int64_t retry_ms = 5000;       /* after a failed write, nothing is tried before that */

void publisher_forget(struct publisher *publisher)
{
    past_store_forget(publisher->pasts);
    climb_store_forget(publisher->climbs);
    account_store_forget(publisher->accounts);
}

static void lay_out(struct publisher *publisher, const struct config *config)
{
    publisher->config = config;
    past_store_free(publisher->pasts);
    publisher->pasts = past_store_new(&config->collective);
    publisher_forget(publisher);
    day_words_free(publisher->day_words);
    publisher->day_words = day_words_new(); /* the collective's time zone may be another one */
    practice_of(config, publisher->user_agent, &publisher->practice);
    site_plan_lay_out(&publisher->plan, config);
    publisher->fresh = publisher->plan.slot_count;
    publisher->urgent = 0;
    publisher->failed_ms = 0;
    publisher->structure++;
}

/* ---- writing ---- */

static struct page page_in(const struct publisher *publisher, const struct slot *slot,
                           const struct history *history, int64_t now)
{
    const struct config *config = publisher->config;
    return (struct page){.collective = &config->collective,
                         .history = history,
                         .language = slot->language,
                         .now = now,
                         .incident_after_ms = config->incident_after_ms,
                         .interval_ms = config->interval_ms,
                         .practice = &publisher->practice,
                         .yearbooks = publisher->shelf.reports,
                         .yearbook_count = publisher->shelf.count,
                         .pasts = publisher->pasts,
                         .climbs = publisher->climbs,
                         .accounts = publisher->accounts,
                         .day_words = publisher->day_words};
}

static void mark_urgent(struct publisher *publisher, struct slot *slot)
{
    if (slot->urgent)
        return;
    slot->urgent = true;
    publisher->urgent++;
}

static void mark_kind(struct publisher *publisher, enum slot_kind kind)
{
    for (size_t i = 0; i < publisher->plan.slot_count; i++)
        if (publisher->plan.slots[i].kind == kind)
            mark_urgent(publisher, &publisher->plan.slots[i]);
}

static void mark_made(struct publisher *publisher, struct slot *slot)
{
    if (slot->urgent)
        publisher->urgent--;
    slot->urgent = false;
    if (!slot->made && --publisher->fresh == 0)
        publisher->structure++; /* all files are there now */
    slot->made = true;
}

/* What the crawler and `vibrisse report` left for the site. */
static void read_beside(struct publisher *publisher, int64_t now_ms)
{
    const struct config *config = publisher->config;
    if (!config->data)
        return;
    if (config->register_count && register_file_look(&publisher->registers, config->data))
        mark_kind(publisher, SLOT_REGISTER);
    if (shelf_look(&publisher->shelf, config->data, publisher->folder, now_ms)) {
        mark_kind(publisher, SLOT_DATA);
        publisher->structure++;
    }
}

static void look_beside(struct publisher *publisher, int64_t now_ms)
{
    if (publisher->beside_ms && now_ms - publisher->beside_ms < beside_age_ms)
        return;
    publisher->beside_ms = now_ms;
    read_beside(publisher, now_ms);
}

/* What it costs to write for the sake of the clock; changes are free. */
static void spend(struct publisher *publisher, const struct slot *slot, double bytes)
{
    if (slot->made && !slot->urgent)
        publisher->budget -= bytes;
}

/* Another day has come, or what was not settled then may be by now. */
static bool wants_days(const struct slot *slot, int64_t now_ms, int64_t now)
{
    return !slot->made || slot->day != calendar_day(now) || now_ms - slot->days_ms >= days_age_ms;
}

static int write_outputs(struct publisher *publisher, struct slot *slot,
                         const struct history *history, int64_t now_ms, int64_t now,
                         struct fault *fault)
{
    struct page page = page_in(publisher, slot, history, now);
    struct outlet outlet = outlet_of(&publisher->config->collective, slot->scope, slot->index);
    bool with_days = wants_days(slot, now_ms, now);
    double written = 0;
    int rc = outlet_write(&outlet, publisher->folder, &page, with_days, &written, fault);
    spend(publisher, slot, written);
    if (with_days && rc == 0) {
        slot->day = calendar_day(now);
        slot->days_ms = now_ms;
    }
    return rc;
}

static int write_page(struct publisher *publisher, const struct slot *slot,
                      const struct history *history, int64_t now, struct fault *fault)
{
    char path[SITE_PLAN_PATH_SIZE];
    struct page page = page_in(publisher, slot, history, now);
    struct buffer bytes;
    page_buffer_init(&bytes);
    site_plan_page(&publisher->plan, slot, &page, register_file_log(&publisher->registers), &bytes);
    site_plan_path(&publisher->plan, slot, path);
    int rc =
        bytes.overflow
            ? fault_set(fault, "the page %s is larger than %d bytes", path, PAGE_MAX)
            : folder_replace(publisher->folder, path, buffer_text(&bytes), bytes.length, fault);
    spend(publisher, slot, outlet_on_disk(bytes.length));
    buffer_fini(&bytes);
    return rc;
}

static int write_slot(struct publisher *publisher, struct slot *slot, const struct history *history,
                      int64_t now_ms, int64_t now, struct fault *fault)
{
    past_store_turn(publisher->pasts, slot->hoster);
    int rc = slot->kind == SLOT_OUTPUTS
                 ? write_outputs(publisher, slot, history, now_ms, now, fault)
                 : write_page(publisher, slot, history, now, fault);
    slot->tried_ms = now_ms;
    publisher->failed_ms = rc ? now_ms : 0;
    if (rc)
        mark_urgent(publisher, slot);
    else
        mark_made(publisher, slot);
    return rc;
}

static int write_assets(struct publisher *publisher, struct fault *fault)
{
    size_t count;
    const struct page_asset *assets = page_assets(&count);
    for (size_t i = 0; i < count; i++)
        if (folder_replace(publisher->folder, assets[i].path, assets[i].bytes, assets[i].length,
                           fault))
            return -1;
    return 0;
}

int publisher_open(const char *folder, const struct config *config, struct publisher **ret,
                   struct fault *fault)
{
    struct publisher *publisher = mem_zalloc(sizeof *publisher);
    publisher->structure = clock_wall().ms; /* never the same as before a restart */
    publisher->climbs = climb_store_new();
    publisher->accounts = account_store_new();
    publisher->folder = folder_open(folder, fault);
    mem_linger(); /* each page's memory is the next one's */
    if (publisher->folder < 0 || write_assets(publisher, fault)) {
        publisher_close(publisher);
        return -1;
    }
    sweep_site(publisher->folder, &config->collective, outlet_languages(&config->collective));
    lay_out(publisher, config);
    publisher->chronicle = chronicle_new(publisher->folder, config);
    *ret = publisher;
    return 0;
}

void publisher_close(struct publisher *publisher)
{
    if (!publisher)
        return;
    chronicle_free(publisher->chronicle);
    if (publisher->folder >= 0)
        close(publisher->folder);
    past_store_free(publisher->pasts);
    climb_store_free(publisher->climbs);
    account_store_free(publisher->accounts);
    day_words_free(publisher->day_words);
    register_file_fini(&publisher->registers);
    site_plan_fini(&publisher->plan);
    free(publisher);
}

void publisher_reload(struct publisher *publisher, const struct config *config)
{
    site_plan_clear(&publisher->plan, publisher->folder, config);
    chronicle_reload(publisher->chronicle, config);
    lay_out(publisher, config);
}

/* ---- what is due ---- */

void publisher_service_changed(struct publisher *publisher, size_t service)
{
    publisher_forget(publisher);
    for (size_t i = 0; i < publisher->plan.slot_count; i++) {
        struct slot *slot = &publisher->plan.slots[i];
        if (site_plan_shows(&publisher->plan, slot, service))
            mark_urgent(publisher, slot);
    }
    chronicle_service_changed(publisher->chronicle, service);
}

void publisher_said(struct publisher *publisher, size_t service, int64_t at)
{
    publisher_service_changed(publisher, service);
    chronicle_said(publisher->chronicle, service, at);
}

static void grow_budget(struct publisher *publisher, int64_t now_ms)
{
    if (publisher->budget_ms)
        publisher->budget += (double)(now_ms - publisher->budget_ms) * budget_per_ms;
    if (publisher->budget > budget_most)
        publisher->budget = budget_most;
    publisher->budget_ms = now_ms;
}

static bool is_due(const struct publisher *publisher, const struct slot *slot, int64_t now_ms,
                   bool only_urgent)
{
    int64_t age = now_ms - slot->tried_ms;
    if (slot->tried_ms == 0 || (slot->urgent && age >= calm_ms))
        return true;
    bool has_clock = slot->kind != SLOT_REGISTER;
    return !only_urgent && has_clock && age >= least_age_ms && publisher->budget > 0;
}

/* The one that has waited longest: so none is passed over, however often others change. */
static struct slot *next_due(struct publisher *publisher, int64_t now_ms, bool only_urgent)
{
    struct slot *oldest = NULL;
    for (size_t i = 0; i < publisher->plan.slot_count; i++) {
        struct slot *slot = &publisher->plan.slots[i];
        if ((!oldest || slot->tried_ms < oldest->tried_ms) &&
            is_due(publisher, slot, now_ms, only_urgent))
            oldest = slot;
    }
    return oldest;
}

/* A file that came or went: the server has to look for it. */
static int step_chronicle(struct publisher *publisher, const struct chronicle_time *time,
                          struct fault *fault)
{
    struct chronicle_cost cost = {0};
    int rc = chronicle_step(publisher->chronicle, time, &cost, fault);
    publisher->budget -= cost.for_the_clock;
    publisher->structure += cost.changed_names;
    if (rc)
        publisher->failed_ms = rc < 0 ? time->now_ms : 0;
    return rc;
}

int publisher_step(struct publisher *publisher, const struct history *history, int64_t now_ms,
                   int64_t now, struct fault *fault)
{
    grow_budget(publisher, now_ms);
    look_beside(publisher, now_ms);
    past_store_forget_but(publisher->pasts, now);
    if (publisher->failed_ms && now_ms - publisher->failed_ms < retry_ms)
        return 0;
    struct slot *slot = publisher->urgent ? next_due(publisher, now_ms, true) : NULL;
    if (!slot) {
        bool for_the_clock = publisher->budget > 0 && publisher->clock_of_chronicle;
        struct chronicle_time time = {history, now_ms, now, for_the_clock, publisher->day_words};
        int rc = publisher->fresh ? 0 : step_chronicle(publisher, &time, fault);
        publisher->clock_of_chronicle = false;
        if (rc)
            return rc;
        slot = next_due(publisher, now_ms, false);
        publisher->clock_of_chronicle = true;
    }
    if (!slot) {
        publisher_forget(publisher);
        return 0;
    }
    return write_slot(publisher, slot, history, now_ms, now, fault) ? -1 : 1;
}

int publisher_all(struct publisher *publisher, const struct history *history, int64_t now,
                  struct fault *fault)
{
    read_beside(publisher, 1);
    for (size_t i = 0; i < publisher->plan.slot_count; i++)
        if (write_slot(publisher, &publisher->plan.slots[i], history, 1, now, fault))
            return -1;
    publisher_forget(publisher);
    /* Each step from now on is at a later time than the one before, so that nothing waits for a calm. */
    struct chronicle_time time = {history, 1, now, false, publisher->day_words};
    while (!chronicle_is_told(publisher->chronicle))
        if (time.now_ms += 60000, step_chronicle(publisher, &time, fault) < 0)
            return -1;
    return 0;
}

int publisher_stamp(struct publisher *publisher, int64_t measured, int64_t now, const char *state,
                    struct fault *fault)
{
    struct site_stamp stamp = {.structure = publisher->structure,
                               .written = wall_from_seconds(now),
                               .measured = wall_from_seconds(measured),
                               .interval_s = publisher->config->interval_ms / 1000};
    const char *const *languages = outlet_languages(&publisher->config->collective);
    text_copy(stamp.state, sizeof stamp.state, state);
    for (size_t i = 0; languages[i] && i < SITE_LANGUAGES_MOST; i++)
        text_copy(stamp.languages[stamp.language_count++], sizeof stamp.languages[0], languages[i]);
    struct buffer out;
    buffer_init(&out, SITE_STAMP_MAX);
    site_stamp_write(&stamp, &out);
    int rc =
        folder_replace(publisher->folder, SITE_STAMP_NAME, buffer_text(&out), out.length, fault);
    buffer_fini(&out);
    return rc;
}

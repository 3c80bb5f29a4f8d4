#include "publisher.h"

#include "account_store.h"
#include "buffer.h"
#include "calendar.h"
#include "chronicle.h"
#include "climb_store.h"
#include "clock.h"
#include "day_words.h"
#include "folder.h"
#include "kind.h"
#include "macros.h"
#include "mem.h"
#include "outlet.h"
#include "page.h"
#include "past_store.h"
#include "practice.h"
#include "register_file.h"
#include "shelf.h"
#include "site_stamp.h"
#include "sweep.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum slot_kind {
    SLOT_COLLECTIVE,
    SLOT_KINDS,
    SLOT_METHOD,
    SLOT_DATA,
    SLOT_ABOUT,
    SLOT_CHECK,
    SLOT_ALERTS,
    SLOT_ENTRANCE,
    SLOT_MISSING,
    SLOT_REGISTER, /* the last row of plain_pages[] */
    SLOT_KIND,
    SLOT_HOSTER,
    SLOT_SERVICE,
    SLOT_OUTPUTS
};

/* Pages that are about nobody in particular: one in each language, but for those at the root. */
static const struct {
    const char *file; /* below the language's folder, or the site's */
    void (*write)(const struct page *page, struct buffer *out);
} plain_pages[] = {
    [SLOT_COLLECTIVE] = {"index.html", page_collective},
    [SLOT_KINDS] = {KIND_ROOT "index.html", page_kinds},
    [SLOT_METHOD] = {"method/index.html", page_method},
    [SLOT_DATA] = {"data/index.html", page_data},
    [SLOT_ABOUT] = {"about/index.html", page_about},
    [SLOT_CHECK] = {"check/index.html", page_check},
    [SLOT_ALERTS] = {"alerts/index.html", page_alerts},
    [SLOT_ENTRANCE] = {"index.html", page_entrance},
    [SLOT_MISSING] = {"404.html", page_missing},
    [SLOT_REGISTER] = {"register/index.html", NULL}, /* it is told more than others */
};

/* One page in one language, or all the other files about one subject. */
struct slot {
    enum slot_kind kind;
    enum output_scope scope; /* of the other files */
    const char *language;
    const struct hoster *hoster; /* that it is about; NULL = none in particular */
    size_t index;                /* of the hoster, service or kind */
    bool urgent;                 /* something on it changed, or it could not be written */
    bool made;                   /* since the start or reload */
    int64_t tried_ms; /* monotonic; when it was made last, or should have been; 0 = never */
    int64_t day;      /* s; of files that follow from days that are past: on which they were made */
    int64_t days_ms;  /* and when, monotonic */
};

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
    struct arena kind_arena;
    struct kind *kinds;
    size_t kind_count;
    struct slot *slots;
    size_t slot_count, slot_capacity;
    size_t urgent;     /* how many are */
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

/* What several files shared, until something changes. */
static void forget(struct publisher *publisher)
{
    past_store_forget(publisher->pasts);
    climb_store_forget(publisher->climbs);
    account_store_forget(publisher->accounts);
}

/* ---- slots ---- */

static void add_slot(struct publisher *publisher, enum slot_kind kind, const char *language,
                     size_t index)
{
    void *slots = publisher->slots;
    mem_grow(&slots, &publisher->slot_capacity, publisher->slot_count + 1,
             sizeof *publisher->slots);
    publisher->slots = slots;
    publisher->slots[publisher->slot_count++] =
        (struct slot){.kind = kind, .language = language, .index = index};
}

static void add_outputs(struct publisher *publisher, enum output_scope scope, const char *language,
                        size_t index)
{
    add_slot(publisher, SLOT_OUTPUTS, language, index);
    publisher->slots[publisher->slot_count - 1].scope = scope;
}

/* All about one hoster comes together, since it is made from the same record. */
static void lay_out_hoster(struct publisher *publisher, const struct collective *collective,
                           size_t index, const char *const *languages)
{
    const struct hoster *hoster = &collective->hosters[index];
    size_t first = publisher->slot_count;
    for (size_t l = 0; languages[l]; l++)
        add_slot(publisher, SLOT_HOSTER, languages[l], index);
    add_outputs(publisher, OUTPUT_HOSTER, languages[0], index);
    for (size_t i = 0; i < hoster->service_count; i++) {
        size_t service = (size_t)collective_index(collective, hoster->services[i].key);
        for (size_t l = 0; languages[l]; l++)
            add_slot(publisher, SLOT_SERVICE, languages[l], service);
        add_outputs(publisher, OUTPUT_SERVICE, languages[0], service);
    }
    for (size_t i = first; i < publisher->slot_count; i++)
        publisher->slots[i].hoster = hoster;
}

static void lay_out(struct publisher *publisher, const struct config *config)
{
    publisher->config = config;
    past_store_free(publisher->pasts);
    publisher->pasts = past_store_new(&config->collective);
    climb_store_forget(publisher->climbs);
    account_store_forget(publisher->accounts);
    arena_free(&publisher->kind_arena);
    publisher->kind_count =
        kinds_of(&config->collective, &publisher->kind_arena, &publisher->kinds);
    practice_of(config, publisher->user_agent, &publisher->practice);
    publisher->slot_count = publisher->urgent = 0;
    publisher->failed_ms = 0;
    const char *const *languages = outlet_languages(&config->collective);
    for (size_t l = 0; languages[l]; l++) {
        for (enum slot_kind plain = 0; plain < SLOT_ENTRANCE; plain++)
            add_slot(publisher, plain, languages[l], 0);
        if (config->register_count)
            add_slot(publisher, SLOT_REGISTER, languages[l], 0);
        for (size_t i = 0; i < publisher->kind_count; i++)
            add_slot(publisher, SLOT_KIND, languages[l], i);
    }
    add_slot(publisher, SLOT_ENTRANCE, languages[0], 0);
    add_slot(publisher, SLOT_MISSING, languages[0], 0);
    add_outputs(publisher, OUTPUT_COLLECTIVE, languages[0], 0);
    for (size_t i = 0; i < config->collective.hoster_count; i++)
        lay_out_hoster(publisher, &config->collective, i, languages);
    publisher->fresh = publisher->slot_count;
    publisher->structure++;
}

static void slot_path(const struct publisher *publisher, const struct slot *slot, char *path,
                      size_t size)
{
    const struct collective *all = &publisher->config->collective;
    bool at_root = slot->kind == SLOT_ENTRANCE || slot->kind == SLOT_MISSING;
    const char *language = at_root ? "" : slot->language;
    size_t i = slot->index;
    switch (slot->kind) {
    case SLOT_KIND:
        text_format(path, size, "%s/" KIND_ROOT "%s/index.html", language,
                    publisher->kinds[i].slug);
        break;
    case SLOT_HOSTER:
        text_format(path, size, "%s/h/%s/index.html", language, all->hosters[i].id);
        break;
    case SLOT_SERVICE:
        text_format(path, size, "%s/h/%s/index.html", language, all->services[i]->key);
        break;
    case SLOT_OUTPUTS:
        *path = '\0'; /* they have many */
        break;
    default:
        text_format(path, size, "%s%s%s", language, *language ? "/" : "",
                    plain_pages[slot->kind].file);
        break;
    }
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

static void make_page(const struct publisher *publisher, const struct slot *slot,
                      const struct history *history, int64_t now, struct buffer *out)
{
    const struct config *config = publisher->config;
    struct page page = page_in(publisher, slot, history, now);
    switch (slot->kind) {
    case SLOT_KIND:
        page_kind(&page, &publisher->kinds[slot->index], out);
        break;
    case SLOT_REGISTER:
        page_register(&page, register_file_log(&publisher->registers), out);
        break;
    case SLOT_HOSTER:
        page_hoster(&page, &config->collective.hosters[slot->index], out);
        break;
    case SLOT_SERVICE:
        page_service(&page, config->collective.services[slot->index], out);
        break;
    case SLOT_OUTPUTS:
        break;
    default:
        plain_pages[slot->kind].write(&page, out);
        break;
    }
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
    for (size_t i = 0; i < publisher->slot_count; i++)
        if (publisher->slots[i].kind == kind)
            mark_urgent(publisher, &publisher->slots[i]);
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
    char path[256];
    struct buffer page;
    page_buffer_init(&page);
    make_page(publisher, slot, history, now, &page);
    slot_path(publisher, slot, path, sizeof path);
    int rc = page.overflow
                 ? fault_set(fault, "the page %s is larger than %d bytes", path, PAGE_MAX)
                 : folder_replace(publisher->folder, path, buffer_text(&page), page.length, fault);
    spend(publisher, slot, outlet_on_disk(page.length));
    buffer_fini(&page);
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
    publisher->day_words = day_words_new();
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
    arena_free(&publisher->kind_arena);
    free(publisher->slots);
    free(publisher);
}

static bool is_gone(const struct publisher *publisher, const struct slot *slot,
                    const struct config *config)
{
    const struct collective *before = &publisher->config->collective, *now = &config->collective;
    if (slot->kind == SLOT_ENTRANCE || slot->kind == SLOT_MISSING)
        return false;
    if (!outlet_speaks(&config->collective, slot->language))
        return true;
    if (slot->kind == SLOT_REGISTER)
        return !config->register_count;
    if (slot->kind == SLOT_HOSTER)
        return !collective_hoster(now, before->hosters[slot->index].id);
    if (slot->kind == SLOT_KIND)
        return !kind_is(now, publisher->kinds[slot->index].slug);
    return slot->kind == SLOT_SERVICE &&
           !collective_service(now, before->services[slot->index]->key);
}

void publisher_reload(struct publisher *publisher, const struct config *config)
{
    char path[256];
    const struct collective *before = &publisher->config->collective;
    for (size_t i = publisher->slot_count;
         i-- > 0;) { /* services before their hosters: folders become empty */
        if (publisher->slots[i].kind == SLOT_OUTPUTS) {
            struct outlet outlet =
                outlet_of(before, publisher->slots[i].scope, publisher->slots[i].index);
            outlet_remove(&outlet, publisher->folder, before, config);
        } else if (is_gone(publisher, &publisher->slots[i], config)) {
            slot_path(publisher, &publisher->slots[i], path, sizeof path);
            folder_remove(publisher->folder, path);
        }
    }
    chronicle_reload(publisher->chronicle, config);
    lay_out(publisher, config);
}

/* ---- what is due ---- */

static bool shows(const struct publisher *publisher, const struct slot *slot, size_t service)
{
    const struct collective *collective = &publisher->config->collective;
    if (slot->kind == SLOT_OUTPUTS) {
        struct outlet outlet = outlet_of(collective, slot->scope, slot->index);
        return outlet_shows(&outlet, collective->services[service]);
    }
    if (slot->kind == SLOT_SERVICE)
        return slot->index == service;
    if (slot->kind == SLOT_HOSTER)
        return &collective->hosters[slot->index] == collective->services[service]->hoster;
    if (slot->kind == SLOT_KIND)
        return kind_has(&publisher->kinds[slot->index], collective->services[service]);
    return slot->kind == SLOT_COLLECTIVE;
}

void publisher_service_changed(struct publisher *publisher, size_t service)
{
    forget(publisher);
    for (size_t i = 0; i < publisher->slot_count; i++) {
        struct slot *slot = &publisher->slots[i];
        if (shows(publisher, slot, service))
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
    for (size_t i = 0; i < publisher->slot_count; i++) {
        struct slot *slot = &publisher->slots[i];
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
        forget(publisher);
        return 0;
    }
    return write_slot(publisher, slot, history, now_ms, now, fault) ? -1 : 1;
}

int publisher_all(struct publisher *publisher, const struct history *history, int64_t now,
                  struct fault *fault)
{
    read_beside(publisher, 1);
    for (size_t i = 0; i < publisher->slot_count; i++)
        if (write_slot(publisher, &publisher->slots[i], history, 1, now, fault))
            return -1;
    forget(publisher);
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

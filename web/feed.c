#include "feed.h"

#include "annals.h"
#include "block.h"
#include "incident.h"
#include "join.h"
#include "macros.h"
#include "past.h"
#include "stamp.h"
#include "tag.h"

#include <stdlib.h>
#include <string.h>

enum { YEAR_S = 365 * 86400, FIRST_LOOK_S = 8 * 86400, STORY_MAX = 256 * 1024 };

struct entry {
    const struct service *service;
    const struct outage *outage;
    int64_t updated;
};

struct feed {
    struct sheet *sheet;
    struct output_subject subject;
    const char *path;      /* of the feed, below the root */
    const char *page;      /* of its subject, below the language */
    const char *authority; /* see tag.h */
    struct entry *entries;
    size_t count;
    int64_t begin; /* of the record; 0 = there is none yet */
};

static bool is_told(const struct feed *feed, const struct outage *outage)
{
    int64_t least = feed->sheet->page->incident_after_ms / 1000;
    return output_scope_of(feed->subject) != OUTPUT_COLLECTIVE ||
           outage->to - outage->from >= least;
}

static void add_service(struct feed *feed, const struct service *service, int64_t since,
                        size_t *capacity)
{
    struct sheet *sheet = feed->sheet;
    struct past past = past_of(sheet->page, service, since, &sheet->arena);
    if (past.begin && (!feed->begin || past.begin < feed->begin))
        feed->begin = past.begin;
    if (feed->count + past.outage_count > *capacity) {
        *capacity = 2 * (feed->count + past.outage_count);
        struct entry *more = arena_array(&sheet->arena, *capacity, sizeof *more);
        if (feed->count)
            memcpy(more, feed->entries, feed->count * sizeof *more);
        feed->entries = more;
    }
    for (size_t i = 0; i < past.outage_count; i++)
        if (is_told(feed, &past.outages[i]))
            feed->entries[feed->count++] = (struct entry){service, &past.outages[i], 0};
}

static int compare_newest(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    if (a->outage->from != b->outage->from)
        return a->outage->from < b->outage->from ? 1 : -1;
    return strcmp(a->service->key, b->service->key);
}

/* All that began since `since`, and perhaps more; what began earlier may lack its true begin. */
static void gather_since(struct feed *feed, int64_t since)
{
    const struct collective *collective = feed->sheet->page->collective;
    size_t capacity = 0;
    feed->entries = NULL;
    feed->count = 0;
    for (size_t i = 0; i < collective->service_count; i++) {
        const struct service *service = collective->services[i];
        if (feed->subject.service
                ? service == feed->subject.service
                : !feed->subject.hoster || service->hoster == feed->subject.hoster)
            add_service(feed, service, since, &capacity);
    }
    if (feed->count)
        qsort(feed->entries, feed->count, sizeof *feed->entries, compare_newest);
}

/* A thousand services fill the feed with a week: their year need not be read. */
static void gather(struct feed *feed)
{
    bool of_all = output_scope_of(feed->subject) == OUTPUT_COLLECTIVE;
    int64_t now = feed->sheet->page->now, length = of_all ? FIRST_LOOK_S : YEAR_S, since;
    for (;; length = length * 4 < YEAR_S ? length * 4 : YEAR_S) {
        since = now - length;
        gather_since(feed, since);
        if (length == YEAR_S || (feed->count >= FEED_ENTRIES_MOST &&
                                 feed->entries[FEED_ENTRIES_MOST - 1].outage->from > since))
            break;
    }
    if (feed->count > FEED_ENTRIES_MOST)
        feed->count = FEED_ENTRIES_MOST;
    for (size_t i = 0; i < feed->count; i++)
        feed->entries[i].updated = annals_learnt(feed->sheet->page, feed->entries[i].service,
                                                 feed->entries[i].outage, &feed->sheet->arena);
}

static const char *page_address(const struct feed *feed, const char *page)
{
    struct sheet *sheet = feed->sheet;
    return JOIN(&sheet->arena, sheet->root, sheet->words.language, "/", page);
}

static void write_time(struct sheet *sheet, int64_t time)
{
    char stamp[STAMP_SIZE];
    html_text(sheet->out, stamp_seconds(time, stamp));
}

/* What the page says of it, as HTML within XML: escaped once more on its way. */
static void write_story(const struct feed *feed, const struct entry *entry, const char *address)
{
    struct sheet *sheet = feed->sheet;
    struct buffer *out = sheet->out, story;
    buffer_init(&story, STORY_MAX);
    sheet->out = &story;
    block_outage_length(sheet, entry->outage);
    block_outage_steps(sheet, entry->service, entry->outage);
    html_raw(&story, "<p>");
    sheet_say(sheet, N_("More on {page}."),
              VALUES(word_link("page",
                               incident_is(sheet->page, entry->outage)
                                   ? sheet_text(sheet, N_("the incident’s page"), NULL)
                                   : sheet_text(sheet, N_("the service’s page"), NULL),
                               address)));
    html_raw(&story, "</p>");
    sheet->out = out;
    html_raw(out, "<content type=\"html\">");
    html_text(out, buffer_text(&story));
    html_raw(out, "</content>\n");
    buffer_fini(&story);
}

static void write_entry_title(struct sheet *sheet, const struct entry *entry)
{
    const struct service *service = entry->service;
    html_raw(sheet->out, "<entry>\n<title>");
    html_text(sheet->out,
              sheet_text(sheet, N_("{hoster}, {service}: {reason}"),
                         VALUES(word_plain("hoster", block_hoster_name(sheet, service->hoster)),
                                word_plain("service", block_service_name(sheet, service)),
                                word_plain("reason", block_reason(sheet, entry->outage->reason)))));
    html_raw(sheet->out, "</title>\n");
}

static void write_entry(const struct feed *feed, const struct entry *entry)
{
    struct sheet *sheet = feed->sheet;
    struct buffer *out = sheet->out;
    const char *address = page_address(
        feed, incident_place(sheet->page, entry->service->key, entry->outage, &sheet->arena));
    write_entry_title(sheet, entry);
    html_raw(out, "<id>");
    html_text(out,
              tag_outage(feed->authority, entry->service->key, entry->outage->from, &sheet->arena));
    html_raw(out, "</id>\n<link rel=\"alternate\" type=\"text/html\"");
    html_attr(out, "href", address);
    html_raw(out, "/>\n<published>");
    write_time(sheet, entry->outage->from);
    html_raw(out, "</published>\n<updated>");
    write_time(sheet, entry->updated);
    html_raw(out, "</updated>\n<category term=\"down\"/>\n");
    write_story(feed, entry, address);
    html_raw(out, "</entry>\n");
}

static const char *title_of(const struct feed *feed)
{
    struct sheet *sheet = feed->sheet;
    const struct output_subject *subject = &feed->subject;
    if (subject->service)
        return sheet_text(
            sheet, N_("{hoster}, {service}: interruptions"),
            VALUES(word_plain("hoster", block_hoster_name(sheet, subject->service->hoster)),
                   word_plain("service", block_service_name(sheet, subject->service))));
    return sheet_text(
        sheet, N_("{name}: interruptions"),
        VALUES(word_plain("name", subject->hoster ? block_hoster_name(sheet, subject->hoster)
                                                  : sheet->page->collective->name)));
}

static void write_author(struct sheet *sheet)
{
    const struct collective *collective = sheet->page->collective;
    html_raw(sheet->out, "<author><name>");
    html_text(sheet->out, collective->name);
    html_raw(sheet->out, "</name>");
    if (collective->website && html_is_web_address(collective->website)) {
        html_raw(sheet->out, "<uri>");
        html_text(sheet->out, collective->website);
        html_raw(sheet->out, "</uri>");
    }
    html_raw(sheet->out, "</author>\n<generator>vibrisse</generator>\n");
}

static int64_t feed_updated(const struct feed *feed)
{
    int64_t updated = feed->begin;
    for (size_t i = 0; i < feed->count; i++)
        if (feed->entries[i].updated > updated)
            updated = feed->entries[i].updated;
    return updated;
}

static void write_head(const struct feed *feed)
{
    struct sheet *sheet = feed->sheet;
    struct buffer *out = sheet->out;
    html_raw(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                  "<feed xmlns=\"http://www.w3.org/2005/Atom\"");
    html_attr(out, "xml:lang", sheet->words.language);
    html_raw(out, ">\n<title>");
    html_text(out, title_of(feed));
    html_raw(out, "</title>\n<id>");
    html_text(out, tag_feed(feed->authority, output_key(feed->subject), &sheet->arena));
    html_raw(out, "</id>\n<link rel=\"self\" type=\"application/atom+xml\"");
    html_attr(out, "href", arena_printf(&sheet->arena, "%s%s", sheet->root, feed->path));
    html_raw(out, "/>\n<link rel=\"alternate\" type=\"text/html\"");
    html_attr(out, "href", page_address(feed, feed->page));
    html_raw(out, "/>\n<updated>");
    write_time(sheet, feed_updated(feed));
    html_raw(out, "</updated>\n");
    write_author(sheet);
}

void feed_write(const struct page *page, struct output_subject subject, struct buffer *out)
{
    struct sheet sheet;
    struct feed feed = {.sheet = &sheet, .subject = subject, .page = ""};
    sheet_open(&sheet, page, out, "", "");
    if (subject.hoster || subject.service)
        feed.page = arena_printf(&sheet.arena, "h/%s/", output_key(subject));
    feed.path = arena_printf(&sheet.arena, "%s" FEED_NAME, feed.page);
    feed.authority = tag_authority(page->collective, &sheet.arena);
    sheet.root = output_root(page, feed.path, &sheet.arena);
    gather(&feed);
    write_head(&feed);
    for (size_t i = 0; i < feed.count; i++)
        write_entry(&feed, &feed.entries[i]);
    html_raw(out, "</feed>\n");
    sheet_close(&sheet);
}

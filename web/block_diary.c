#include "block.h"

#include "diary.h"
#include "incident.h"
#include "join.h"
#include "macros.h"
#include "state.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MOST = 3, ROWS_MOST = 12 }; /* of one entry */

struct list {
    struct sheet *sheet;
    struct diary diary;
    size_t services; /* of the page */
};

/* ---- several at once ---- */

static void write_title(const struct list *list, const struct diary_entry *entry)
{
    struct sheet *sheet = list->sheet;
    struct word_value names[NAMES_MOST + 1] = {{.name = NULL}};
    static const char *const keys[NAMES_MOST] = {"first", "second", "third"};
    for (size_t i = 0; i < entry->count && i < NAMES_MOST; i++)
        names[i] = word_plain(keys[i], block_service_name(sheet, entry->items[i].service));
    if (entry->count == list->services)
        sheet_say(sheet, N_("All services unavailable"), NULL);
    else if (entry->count == 2)
        sheet_say(sheet, N_("{first} and {second} unavailable"), names);
    else if (entry->count == 3)
        sheet_say(sheet, N_("{first}, {second} and {third} unavailable"), names);
    else
        sheet_say_plural(sheet, "{n} service unavailable", "{n} services unavailable",
                         (int64_t)entry->count, NULL);
}

/* From the first begin to the last end. */
static struct outage whole(const struct diary_entry *entry)
{
    struct outage whole = *entry->items[0].outage;
    for (size_t i = 1; i < entry->count; i++) {
        const struct outage *outage = entry->items[i].outage;
        if (outage->to > whole.to)
            whole.to = outage->to;
        if (outage->end == OUTAGE_OPEN)
            whole.end = OUTAGE_OPEN;
    }
    return whole;
}

static void write_item(struct sheet *sheet, const struct diary_item *item)
{
    static const char *const messages[] = {
        [OUTAGE_OPEN] = N_("{service}: {reason}; not over when this page was made."),
        [OUTAGE_OVER] = N_("{service}: {reason}, until {moment}, for {duration}."),
        [OUTAGE_LOST] =
            N_("{service}: {reason}. We stopped measuring at {moment}: its end is not known."),
    };
    const struct outage *outage = item->outage;
    struct word_value moment = word_time("moment", format_clock(&sheet->format, outage->from),
                                         format_stamp(&sheet->format, outage->from));
    const char *place = incident_place(sheet->page, item->service->key, outage, &sheet->arena);
    html_raw(sheet->out, "<li>");
    sheet_value(sheet, &moment);
    html_raw(sheet->out, "<span>");
    sheet_say(sheet, messages[outage->end],
              VALUES(word_link("service", block_service_name(sheet, item->service),
                               JOIN(&sheet->arena, sheet->top, place)),
                     word_plain("reason", block_reason(sheet, outage->reason)),
                     word_plain("moment", format_moment(&sheet->format, outage->to, outage->from)),
                     sheet_duration(sheet, "duration", outage->to - outage->from)));
    html_raw(sheet->out, "</span></li>");
}

static bool same_words(const struct annotation *left, const struct annotation *right)
{
    const struct wording *a = &left->said.text, *b = &right->said.text;
    bool same = left->kind == right->kind && a->count == b->count &&
                strcmp(left->said.by, right->said.by) == 0 &&
                strcmp(left->cause ? left->cause : "", right->cause ? right->cause : "") == 0;
    for (size_t i = 0; same && i < a->count; i++)
        same = strcmp(a->texts[i].text, b->texts[i].text) == 0;
    return same;
}

struct word_said {
    const struct annotation *note;
    const struct service *of;
    size_t times; /* of so many of the services */
};

static size_t gather_words(struct sheet *sheet, const struct diary_entry *entry,
                           struct word_said *words, size_t most)
{
    const struct history *history = sheet->page->history;
    size_t used = 0;
    for (size_t i = 0; i < entry->count; i++) {
        const struct diary_item *item = &entry->items[i];
        const struct annotation *notes;
        size_t count = history->annotations(history->owner, item->service->key, item->outage->from,
                                            &sheet->arena, &notes);
        for (size_t j = 0; j < count; j++) {
            size_t row = 0;
            while (row < used && !same_words(words[row].note, &notes[j]))
                row++;
            if (row == most)
                continue;
            if (row == used)
                words[used++] = (struct word_said){&notes[j], item->service, 0};
            words[row].times++;
        }
    }
    return used;
}

static int compare_said(const void *left, const void *right)
{
    const struct annotation *a = ((const struct word_said *)left)->note,
                            *b = ((const struct word_said *)right)->note;
    if (a->recorded_ms != b->recorded_ms)
        return a->recorded_ms < b->recorded_ms ? -1 : 1;
    return (a->seq > b->seq) - (a->seq < b->seq);
}

/* The same words about several services stand once. */
static void write_words(struct sheet *sheet, const struct diary_entry *entry)
{
    struct word_said words[ROWS_MOST];
    size_t count = gather_words(sheet, entry, words, ROWS_MOST);
    qsort(words, count, sizeof *words, compare_said);
    for (size_t i = 0; i < count; i++)
        block_outage_note(sheet, words[i].note, entry->from,
                          words[i].times == 1 ? block_service_name(sheet, words[i].of) : NULL);
}

static void write_together(const struct list *list, const struct diary_entry *entry)
{
    struct sheet *sheet = list->sheet;
    struct outage all = whole(entry);
    size_t shown = entry->count <= ROWS_MOST ? entry->count : ROWS_MOST - 1;
    html_raw(sheet->out, "<article class=\"inc\"><header>");
    state_glyph(sheet, LOOK_DOWN);
    html_raw(sheet->out, "<h3>");
    write_title(list, entry);
    html_raw(sheet->out, "</h3>");
    block_outage_length(sheet, &all);
    html_raw(sheet->out, "</header><ol>");
    for (size_t i = 0; i < shown; i++)
        write_item(sheet, &entry->items[i]);
    if (entry->count > shown) {
        html_raw(sheet->out, "<li>");
        sheet_say_plural(sheet, "And {n} other.", "And {n} others.",
                         (int64_t)(entry->count - shown), NULL);
        html_raw(sheet->out, "</li>");
    }
    write_words(sheet, entry);
    html_raw(sheet->out, "</ol></article>\n");
}

/* ---- the list ---- */

static void write_entry(const struct list *list, const struct diary_entry *entry)
{
    enum block_naming naming = list->services > 1 ? BLOCK_OF_HOSTER : BLOCK_OF_SERVICE;
    if (entry->maintenance)
        block_occurrence(list->sheet, entry->maintenance, naming);
    else if (entry->count > 1)
        write_together(list, entry);
    else
        block_outage(list->sheet, entry->items[0].service, entry->items[0].outage, naming);
}

static void write_older(const struct list *list, size_t shown)
{
    struct sheet *sheet = list->sheet;
    size_t hidden = 0;
    for (size_t i = shown; i < list->diary.count; i++)
        hidden += list->diary.entries[i].count;
    html_raw(sheet->out, "<p class=\"small\">");
    if (hidden) {
        sheet_say_plural(sheet, "{n} earlier interruption is counted above and not listed.",
                         "{n} earlier interruptions are counted above and not listed.",
                         (int64_t)hidden, NULL);
        html_raw(sheet->out, " ");
    }
    html_raw(sheet->out, "<a");
    html_href(sheet->out, JOIN(&sheet->arena, sheet->top, INCIDENT_ROOT));
    html_raw(sheet->out, ">");
    sheet_say(sheet, N_("Older incidents, in the journal"), NULL);
    html_raw(sheet->out, "</a></p>\n");
}

static void write_intro(const struct list *list)
{
    struct sheet *sheet = list->sheet;
    if (list->diary.count)
        html_raw(sheet->out, "<p class=\"soft\">");
    else
        html_raw(sheet->out, "<p>");
    sheet_say(
        sheet,
        list->diary.count
            ? N_("What we found is told by us; what stands in quotation marks, by who signs it.")
            : N_("The record of the last twelve months knows none."),
        NULL);
    html_raw(sheet->out, "</p>\n");
}

void block_diary(struct sheet *sheet, const struct past *pasts, size_t count, size_t most)
{
    struct list list = {sheet, diary_of(sheet->page, pasts, count, &sheet->arena), count};
    size_t shown = list.diary.count < most ? list.diary.count : most;
    html_raw(sheet->out, "<section aria-labelledby=\"inc-h\">\n<h2 id=\"inc-h\">");
    sheet_say(sheet, N_("Interruptions and maintenance"), NULL);
    html_raw(sheet->out, "</h2>\n");
    write_intro(&list);
    for (size_t i = 0; i < shown; i++)
        write_entry(&list, &list.diary.entries[i]);
    if (shown < list.diary.count)
        write_older(&list, shown);
    html_raw(sheet->out, "</section>\n");
}

#include "agenda.h"

#include "block.h"
#include "calendar.h"
#include "macros.h"
#include "sheet.h"
#include "stamp.h"
#include "tag.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { BEHIND_DAYS = 30, AHEAD_DAYS = 180, LINE_MOST = 75, TEXT_MOST = 8 * 1024 };

struct agenda {
    struct sheet *sheet;
    struct occurrence *entries;
    size_t count, capacity;
    int64_t from, to; /* whole days: so it changes with days only */
};

/* ---- lines ---- */

/* `used` bytes stand in the line already. A continuation begins with a space. */
static void add_folded(struct buffer *out, const char *bytes, size_t length, size_t *used)
{
    if (*used + length > LINE_MOST) {
        buffer_text_add(out, "\r\n ");
        *used = 1;
    }
    buffer_add(out, bytes, length);
    *used += length;
}

void agenda_line(struct buffer *out, const char *name, const char *text)
{
    char clean[TEXT_MOST];
    size_t used = strlen(name) + 1;
    text_clean(clean, sizeof clean, text, strlen(text));
    buffer_text_add(out, name);
    buffer_byte(out, ':');
    for (const char *at = clean, *end = clean + strlen(clean); at < end;) {
        const char *begin = at;
        text_next_char(&at, end);
        if (strchr("\\;,", *begin)) {
            char escaped[2] = {'\\', *begin};
            add_folded(out, escaped, sizeof escaped, &used);
        } else {
            add_folded(out, begin, (size_t)(at - begin), &used);
        }
    }
    buffer_text_add(out, "\r\n");
}

/* 2026-11-12T01:00:00Z without its marks. */
static const char *moment(struct arena *arena, int64_t time)
{
    char stamp[STAMP_SIZE];
    stamp_seconds(time, stamp);
    return arena_printf(arena, "%.4s%.2s%.2sT%.2s%.2s%.2sZ", stamp, stamp + 5, stamp + 8,
                        stamp + 11, stamp + 14, stamp + 17);
}

/* ---- entries ---- */

static void add_entries(struct agenda *agenda, const struct occurrence *found, size_t count)
{
    struct arena *arena = &agenda->sheet->arena;
    if (agenda->count + count > agenda->capacity) {
        agenda->capacity = 2 * (agenda->count + count);
        struct occurrence *more = arena_array(arena, agenda->capacity, sizeof *more);
        if (agenda->count)
            memcpy(more, agenda->entries, agenda->count * sizeof *more);
        agenda->entries = more;
    }
    if (count)
        memcpy(agenda->entries + agenda->count, found, count * sizeof *found);
    agenda->count += count;
}

static int compare_begins(const void *left, const void *right)
{
    const struct occurrence *a = left, *b = right;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return (a->of->seq > b->of->seq) - (a->of->seq < b->of->seq);
}

static void drop_repeated(struct agenda *agenda)
{
    size_t kept = 0;
    if (agenda->count)
        qsort(agenda->entries, agenda->count, sizeof *agenda->entries, compare_begins);
    for (size_t i = 0; i < agenda->count; i++)
        if (!kept || compare_begins(&agenda->entries[kept - 1], &agenda->entries[i]) != 0)
            agenda->entries[kept++] = agenda->entries[i];
    agenda->count = kept;
}

static void gather(struct agenda *agenda)
{
    const struct page *page = agenda->sheet->page;
    const struct history *history = page->history;
    struct arena *arena = &agenda->sheet->arena;
    const struct occurrence *found;
    for (size_t i = 0; i < page->collective->service_count; i++) {
        const char *key = page->collective->services[i]->key;
        size_t count =
            history->maintenance(history->owner, key, agenda->from, agenda->to, arena, &found);
        add_entries(agenda, found, count);
        if (!history->cancelled)
            continue;
        count = history->cancelled(history->owner, key, agenda->from, agenda->to, arena, &found);
        add_entries(agenda, found, count);
    }
    drop_repeated(agenda);
}

/* ---- the file ---- */

static void write_said(struct sheet *sheet, const struct statement *said)
{
    agenda_line(sheet->out, "DESCRIPTION",
                arena_printf(&sheet->arena, "%s — %s",
                             wording_in(&said->text, sheet->words.language), said->by));
    if (said->link && html_is_web_address(said->link))
        agenda_line(sheet->out, "COMMENT", said->link);
}

static void write_event(struct sheet *sheet, const struct occurrence *entry)
{
    struct buffer *out = sheet->out;
    struct arena *arena = &sheet->arena;
    const struct maintenance *of = entry->of;
    int64_t begin = entry->from, now = sheet->page->now;
    bool changed = of->cancelled && of->cancelled <= now && of->cancelled <= entry->to;
    bool is_off = changed && of->cancelled <= begin;
    agenda_line(out, "BEGIN", "VEVENT");
    agenda_line(out, "UID",
                arena_printf(arena, "maintenance-%lld-%s@%s", (long long)of->seq,
                             moment(arena, begin), tag_authority(sheet->page->collective, arena)));
    agenda_line(out, "DTSTAMP", moment(arena, changed ? of->cancelled : of->announced_ms / 1000));
    agenda_line(out, "SEQUENCE", changed ? "1" : "0");
    agenda_line(out, "DTSTART", moment(arena, begin));
    agenda_line(out, "DTEND", moment(arena, entry->to));
    agenda_line(out, "SUMMARY",
                sheet_text(sheet, N_("Maintenance, {subject}"),
                           VALUES(word_plain("subject", block_subject(sheet, of->subject)))));
    write_said(sheet, &of->said);
    agenda_line(out, "STATUS", is_off ? "CANCELLED" : "CONFIRMED");
    agenda_line(out, "TRANSP", "TRANSPARENT");
    agenda_line(out, "END", "VEVENT");
}

/* A calendar holds at least one component (RFC 5545, 3.6): where nothing is announced, a time zone. */
static void write_nothing(struct buffer *out)
{
    buffer_text_add(out, "BEGIN:VTIMEZONE\r\nTZID:UTC\r\nBEGIN:STANDARD\r\n"
                         "DTSTART:19700101T000000\r\nTZOFFSETFROM:+0000\r\n"
                         "TZOFFSETTO:+0000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n");
}

void agenda_write(const struct page *page, struct output_subject subject, struct buffer *out)
{
    struct sheet sheet;
    int64_t today = calendar_day(page->now);
    struct agenda agenda = {.sheet = &sheet,
                            .from = calendar_day_after(today, -BEHIND_DAYS),
                            .to = calendar_day_after(today, AHEAD_DAYS)};
    (void)subject; /* there is one for all */
    sheet_open(&sheet, page, out, "", "");
    gather(&agenda);
    const char *name = sheet_text(&sheet, N_("{collective}: announced maintenance"),
                                  VALUES(word_plain("collective", page->collective->name)));
    buffer_text_add(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//vibrisse//vibrisse//EN\r\n");
    agenda_line(out, "NAME", name);
    agenda_line(out, "X-WR-CALNAME", name);
    buffer_text_add(out, "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n");
    for (size_t i = 0; i < agenda.count; i++)
        write_event(&sheet, &agenda.entries[i]);
    if (!agenda.count)
        write_nothing(out);
    buffer_text_add(out, "END:VCALENDAR\r\n");
    sheet_close(&sheet);
}

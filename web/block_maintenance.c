#include "block.h"

#include "macros.h"
#include "state.h"

#include <stdlib.h>
#include <string.h>

enum { SHOWN_MOST = 20 };

static int compare_begins(const void *left, const void *right)
{
    const struct occurrence *a = left, *b = right;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return (a->of->seq > b->of->seq) - (a->of->seq < b->of->seq);
}

/* Those of all services together, each once. */
static size_t gather(struct sheet *sheet, const struct past *pasts, size_t count,
                     struct occurrence **ret)
{
    size_t total = 0, used = 0, kept = 0;
    for (size_t i = 0; i < count; i++)
        total += pasts[i].occurrence_count;
    struct occurrence *all = total ? arena_array(&sheet->arena, total, sizeof *all) : NULL;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < pasts[i].occurrence_count; j++)
            all[used++] = pasts[i].occurrences[j];
    if (used)
        qsort(all, used, sizeof *all, compare_begins);
    for (size_t i = 0; i < used; i++)
        if (kept == 0 || compare_begins(&all[kept - 1], &all[i]) != 0)
            all[kept++] = all[i];
    *ret = all;
    return kept;
}

const char *block_subject(struct sheet *sheet, const char *subject)
{
    const struct collective *collective = sheet->page->collective;
    const struct service *service = collective_service(collective, subject);
    const struct hoster *hoster = collective_hoster(collective, subject);
    if (service)
        return sheet_text(sheet, N_("{hoster}: {service}"),
                          VALUES(word_plain("hoster", block_hoster_name(sheet, service->hoster)),
                                 word_plain("service", block_service_name(sheet, service))));
    if (hoster)
        return sheet_text(sheet, N_("{hoster}: all its services"),
                          VALUES(word_plain("hoster", block_hoster_name(sheet, hoster))));
    return sheet_text(sheet, N_("all services"), NULL);
}

/* Of what, to readers who know the service or the hoster from the page that they are on. */
static const char *subject_within(struct sheet *sheet, const char *subject,
                                  enum block_naming naming)
{
    const struct service *service = collective_service(sheet->page->collective, subject);
    if (naming == BLOCK_OF_ALL)
        return block_subject(sheet, subject);
    return service ? block_service_name(sheet, service)
                   : sheet_text(sheet, N_("all services"), NULL);
}

static void write_title(struct sheet *sheet, const struct occurrence *occurrence,
                        enum block_naming naming)
{
    int64_t now = sheet->page->now;
    const char *message = occurrence->to <= now     ? N_("Past maintenance, {subject}")
                          : occurrence->from <= now ? N_("Maintenance under way, {subject}")
                                                    : N_("Coming maintenance, {subject}");
    html_raw(sheet->out, "<h3>");
    sheet_say(
        sheet, message,
        VALUES(word_plain("subject", subject_within(sheet, occurrence->of->subject, naming))));
    html_raw(sheet->out, "</h3><p class=\"len\">");
    sheet_say(sheet, N_("{date} · {duration}"),
              VALUES(sheet_day(sheet, "date", occurrence->from),
                     sheet_duration(sheet, "duration", occurrence->to - occurrence->from)));
    html_raw(sheet->out, "</p>");
}

static void write_facts(struct sheet *sheet, const struct occurrence *occurrence)
{
    int64_t announced = occurrence->of->announced_ms / 1000;
    struct word_value from = word_plain("from", format_clock(&sheet->format, occurrence->from));
    struct word_value to =
        word_plain("to", format_moment(&sheet->format, occurrence->to, occurrence->from));
    struct word_value date = sheet_day(sheet, "date", announced);
    if (occurrence_is_late(occurrence))
        sheet_say(
            sheet,
            N_("From {from} to {to}. It was announced late, on {date}: this time is counted as "
               "any other."),
            VALUES(from, to, date));
    else
        sheet_say(sheet,
                  N_("From {from} to {to}, announced on {date}. This time is counted separately."),
                  VALUES(from, to, date));
}

void block_occurrence(struct sheet *sheet, const struct occurrence *occurrence,
                      enum block_naming naming)
{
    struct word_value clock = word_time("clock", format_clock(&sheet->format, occurrence->from),
                                        format_stamp(&sheet->format, occurrence->from));
    html_raw(sheet->out, "<article class=\"inc\"><header>");
    state_glyph(sheet, LOOK_MAINTENANCE);
    write_title(sheet, occurrence, naming);
    html_raw(sheet->out, "</header><ol><li>");
    sheet_value(sheet, &clock);
    html_raw(sheet->out, "<span>");
    write_facts(sheet, occurrence);
    if (naming != BLOCK_OF_ALL && occurrence->of->every && occurrence->to <= sheet->page->now) {
        html_raw(sheet->out, " ");
        sheet_say(sheet, N_("It comes round regularly; only the last time stands here."), NULL);
    }
    html_raw(sheet->out, "<br>");
    block_quote(sheet, &occurrence->of->said);
    html_raw(sheet->out, "</span></li></ol></article>\n");
}

void block_occurrences(struct sheet *sheet, const struct occurrence *occurrences, size_t total,
                       enum block_naming naming)
{
    if (!total)
        return;
    html_raw(sheet->out, "<section aria-labelledby=\"mnt-h\">\n<h2 id=\"mnt-h\">");
    sheet_say(sheet, N_("Announced maintenance"), NULL);
    html_raw(sheet->out, "</h2>\n");
    for (size_t i = 0; i < total && i < SHOWN_MOST; i++)
        block_occurrence(sheet, &occurrences[i], naming);
    html_raw(sheet->out, "</section>\n");
}

void block_maintenance(struct sheet *sheet, const struct past *pasts, size_t count,
                       enum block_naming naming)
{
    struct occurrence *occurrences;
    size_t total = gather(sheet, pasts, count, &occurrences);
    block_occurrences(sheet, occurrences, total, naming);
}

#include "block.h"

#include "macros.h"
#include "state.h"
#include "text.h"

#include <string.h>

const char *block_service_name(struct sheet *sheet, const struct service *service)
{
    const char *name = wording_in(&service->name, sheet->words.language);
    return *name ? name : service->id;
}

const char *block_hoster_name(struct sheet *sheet, const struct hoster *hoster)
{
    const char *name = wording_in(&hoster->name, sheet->words.language);
    return *name ? name : hoster->id;
}

const char *block_reason(struct sheet *sheet, enum reason reason)
{
    return sheet_text(sheet, reason_sentence(reason), NULL);
}

const char *block_host(struct sheet *sheet, const char *url)
{
    const char *scheme = strstr(url, "://");
    const char *host = scheme ? scheme + 3 : url;
    return arena_bytes(&sheet->arena, host, strcspn(host, "/?#"));
}

void block_fact(struct sheet *sheet, const char *label, const char *text)
{
    html_raw(sheet->out, "<dt>");
    html_text(sheet->out, label);
    html_raw(sheet->out, "</dt><dd>");
    html_text(sheet->out, text);
    html_raw(sheet->out, "</dd>\n");
}

/* A long name may break before its dots and its port, rather than anywhere. */
static void write_host(struct sheet *sheet, const char *host)
{
    while (*host) {
        size_t length = 1 + strcspn(host + 1, ".:");
        html_text(sheet->out, arena_bytes(&sheet->arena, host, length));
        host += length;
        if (*host)
            html_raw(sheet->out, "<wbr>");
    }
}

void block_fact_link(struct sheet *sheet, const char *label, const char *url)
{
    if (!html_is_web_address(url)) {
        block_fact(sheet, label, url);
        return;
    }
    html_raw(sheet->out, "<dt>");
    html_text(sheet->out, label);
    html_raw(sheet->out, "</dt><dd><a");
    html_href(sheet->out, url);
    html_raw(sheet->out, ">");
    write_host(sheet, block_host(sheet, url));
    html_raw(sheet->out, "</a></dd>\n");
}

const char *block_breakable(struct sheet *sheet, const char *text)
{
    static const char space[] = "\u00A0";
    char *copy = arena_text(&sheet->arena, text), *to = copy;
    for (const char *from = copy; *from;) {
        bool found = text_starts(from, space);
        *to++ = found ? ' ' : *from;
        from += found ? sizeof space - 1 : 1;
    }
    *to = '\0';
    return copy;
}

void block_figure(struct sheet *sheet, const char *figure, const char *sentence)
{
    html_raw(sheet->out, "<li><b>");
    html_text(sheet->out, block_breakable(sheet, figure));
    html_raw(sheet->out, "</b><span>");
    html_text(sheet->out, sentence);
    html_raw(sheet->out, "</span></li>\n");
}

/* Under nine tenths measured a percentage would claim more than we know. */
const char *block_availability(struct sheet *sheet, const struct tally *tally)
{
    if (tally_coverage_e5(tally) < 90000)
        return sheet_text(sheet, N_("too little was measured to give a percentage"), NULL);
    return sheet_text(
        sheet, N_("available {percent} of the time measured"),
        VALUES(word_plain("percent",
                          format_percent(&sheet->format, tally_availability_e5(tally), 2))));
}

void block_figure_coverage(struct sheet *sheet, const struct tally *tally)
{
    int64_t e5 = tally_coverage_e5(tally);
    const char *sentence = e5 == 100000
                               ? N_("of the time was measured")
                               : N_("of the time was measured; of the rest we know nothing");
    block_figure(sheet, format_percent(&sheet->format, e5 < 0 ? 0 : e5, 1),
                 sheet_text(sheet, sentence, NULL));
}

/* Six days; a long outage stands beside a short one. */
static void legend_entry(struct sheet *sheet, enum strip_day day, const char *message)
{
    enum strip_day days[] = {STRIP_UP, STRIP_UP, day, STRIP_UP, STRIP_UP, STRIP_UP};
    if (day == STRIP_UNKNOWN)
        days[3] = day;
    if (strip_is_down(day)) {
        days[1] = STRIP_DOWN_MINUTES;
        days[2] = STRIP_UP;
        days[4] = day;
    }
    html_raw(sheet->out, "<li>");
    strip_write(sheet->out, days, 6, NULL);
    html_raw(sheet->out, "<span>");
    sheet_say(sheet, message, NULL);
    html_raw(sheet->out, "</span></li>");
}

void block_legend(struct sheet *sheet)
{
    static const struct {
        enum strip_day day; /* among normal ones */
        const char *message;
    } entries[] = {
        {STRIP_UP, N_("available")},
        {STRIP_DEGRADED, N_("disrupted")},
        {STRIP_DOWN_HOURS, N_("unavailable: the longer, the deeper the bar")},
        {STRIP_MAINTENANCE, N_("announced maintenance")},
        {STRIP_UNKNOWN, N_("not measured: we do not know")},
    };
    html_raw(sheet->out, "<ul class=\"legend\">");
    for (size_t i = 0; i < ARRAY_LEN(entries); i++)
        legend_entry(sheet, entries[i].day, entries[i].message);
    html_raw(sheet->out, "</ul>\n");
}

void block_axis(struct sheet *sheet, const struct strip_range *range)
{
    html_raw(sheet->out, "<span class=\"axis\" aria-hidden=\"true\"><span>");
    html_text(sheet->out, format_day(&sheet->format, range->bounds[0], sheet->page->now));
    html_raw(sheet->out, "</span><span>");
    html_text(sheet->out, format_day(&sheet->format, range->bounds[STRIP_DAYS], sheet->page->now));
    html_raw(sheet->out, "</span></span>");
}

struct day_counts {
    int down, degraded, maintained, unknown;
};

static struct day_counts count_days(const enum strip_day days[STRIP_DAYS])
{
    struct day_counts counts = {0};
    for (size_t i = 0; i < STRIP_DAYS; i++) {
        counts.down += strip_is_down(days[i]);
        counts.degraded += days[i] == STRIP_DEGRADED;
        counts.maintained += days[i] == STRIP_MAINTENANCE;
        counts.unknown += days[i] == STRIP_UNKNOWN;
    }
    return counts;
}

/* Items of an enumeration, the ones that are not empty. */
static const char *join(struct sheet *sheet, const char *list, const char *item)
{
    return *list ? arena_printf(&sheet->arena, "%s, %s", list, item) : item;
}

static const char *strip_findings(struct sheet *sheet, const struct day_counts *counts)
{
    const char *list = "";
    if (counts->down)
        list = join(sheet, list,
                    sheet_text_plural(sheet, "{n} day with an interruption",
                                      "{n} days with an interruption", counts->down, NULL));
    if (counts->degraded)
        list = join(sheet, list,
                    sheet_text_plural(sheet, "{n} day with a disruption",
                                      "{n} days with a disruption", counts->degraded, NULL));
    if (counts->maintained)
        list = join(sheet, list,
                    sheet_text_plural(sheet, "{n} day with maintenance",
                                      "{n} days with maintenance", counts->maintained, NULL));
    if (counts->unknown)
        list = join(sheet, list,
                    sheet_text_plural(sheet, "{n} day not measured", "{n} days not measured",
                                      counts->unknown, NULL));
    return *list ? list : sheet_text(sheet, N_("no interruption"), NULL);
}

void block_strip(struct sheet *sheet, const enum strip_day days[STRIP_DAYS],
                 const struct strip_range *range)
{
    struct day_counts counts = count_days(days);
    const char *label = sheet_text(
        sheet, N_("From {first} to {last}: {findings}"),
        VALUES(word_plain("first", format_day(&sheet->format, range->bounds[0], sheet->page->now)),
               word_plain("last",
                          format_day(&sheet->format, range->bounds[STRIP_DAYS], sheet->page->now)),
               word_plain("findings", strip_findings(sheet, &counts))));
    strip_write(sheet->out, days, STRIP_DAYS, label);
}

/* How much of the range the record covers, where it does not cover all of it. */
static void words_begin(struct sheet *sheet, const struct figures *figures,
                        const struct strip_range *range)
{
    if (figures->from <= range->bounds[1])
        return;
    html_raw(sheet->out, "\n");
    sheet_say(sheet, N_("since {date}"),
              VALUES(word_plain("date", sheet_day(sheet, "date", figures->from).text)));
}

void block_words(struct sheet *sheet, const struct past *pasts, size_t count,
                 const struct strip_range *range)
{
    struct figures figures = past_figures(pasts, count, range->bounds[0]);
    html_raw(sheet->out, "<p class=\"words\">");
    if (figures.services == 0 || tally_known(&figures.tally) == 0) {
        sheet_say(sheet, N_("Not measured yet"), NULL);
    } else if (figures.outages == 0) {
        sheet_say(sheet, N_("No interruption"), NULL);
        words_begin(sheet, &figures, range);
    } else {
        int64_t mean = figures.tally.down / (int64_t)figures.services;
        sheet_say(sheet, N_("{duration} unavailable"),
                  VALUES(word_strong("duration",
                                     format_duration_short(&sheet->format, mean > 0 ? mean : 1))));
        html_raw(sheet->out, "\n");
        sheet_say_plural(sheet, "{n} interruption", "{n} interruptions", (int64_t)figures.outages,
                         NULL);
        words_begin(sheet, &figures, range);
    }
    html_raw(sheet->out, "</p>");
}

void block_order(struct sheet *sheet, size_t count)
{
    if (count < 2)
        return;
    html_raw(sheet->out, "<p>");
    sheet_say(sheet,
              N_("In alphabetical order. This is not a ranking: hosters differ in size, means and "
                 "services."),
              NULL);
    html_raw(sheet->out, "</p>\n");
}

void block_more(struct sheet *sheet, const char *address, size_t more)
{
    html_raw(sheet->out, "<a");
    html_href(sheet->out, address);
    html_raw(sheet->out, ">");
    sheet_say_plural(sheet, "and {n} other", "and {n} others", (int64_t)more, NULL);
    html_raw(sheet->out, "</a>");
}

#include "block.h"

#include "macros.h"
#include "state.h"

#include <stdbool.h>

static const enum look looks[] = {LOOK_DOWN, LOOK_DEGRADED, LOOK_MAINTENANCE, LOOK_UNKNOWN};

struct days {
    struct sheet *sheet;
    const struct past *pasts;
    size_t count;
    const struct strip_range *range;
    struct tally (*tallies)[STRIP_DAYS]; /* one row a service */
    bool eventful[STRIP_DAYS];           /* days with something to tell of one of the services */
};

/* What happened on one day of one kind: to how many services, for how long at most. */
struct happening {
    size_t touched, measured;
    int64_t longest_s;
};

static int64_t seconds_of(const struct days *days, size_t service, size_t day, enum look look)
{
    const struct tally *tally = &days->tallies[service][day];
    switch (look) {
    case LOOK_DOWN:
        return tally->down;
    case LOOK_DEGRADED:
        return tally->degraded;
    case LOOK_MAINTENANCE:
        return past_maintained_s(&days->pasts[service], days->range->bounds[day],
                                 days->range->bounds[day + 1]);
    default: /* as in the strip: a day is not measured when more than half of it was not */
        return tally->unknown * 2 > tally_total(tally) ? tally->unknown : 0;
    }
}

static struct happening happening_on(const struct days *days, size_t day, enum look look)
{
    struct happening happening = {0};
    for (size_t i = 0; i < days->count; i++) {
        int64_t seconds = seconds_of(days, i, day, look);
        happening.measured += tally_total(&days->tallies[i][day]) > 0;
        happening.touched += seconds != 0;
        if (seconds > happening.longest_s)
            happening.longest_s = seconds;
    }
    return happening;
}

static void cell_open(struct sheet *sheet, const char *message)
{
    html_raw(sheet->out, "<td");
    sheet_attr(sheet, "data-l", message);
    html_raw(sheet->out, ">");
}

static void write_names(const struct days *days, size_t day, enum look look)
{
    const char *between = "";
    for (size_t i = 0; i < days->count; i++) {
        if (seconds_of(days, i, day, look) == 0)
            continue;
        html_text(days->sheet->out, between);
        html_text(days->sheet->out, block_service_name(days->sheet, days->pasts[i].service));
        between = ", ";
    }
}

static void write_row(const struct days *days, size_t day, enum look look,
                      const struct happening *happening)
{
    struct sheet *sheet = days->sheet;
    struct buffer *out = sheet->out;
    struct word_value date = sheet_day(sheet, "date", days->range->bounds[day]);
    html_raw(out, "<tr><th scope=\"row\">");
    sheet_value(sheet, &date);
    html_raw(out, "</th>");
    cell_open(sheet, N_("What happened"));
    html_text(out, state_word(sheet, look));
    html_raw(out, "</td>");
    if (days->count > 1) {
        cell_open(sheet, N_("Services concerned"));
        if (happening->touched == happening->measured)
            sheet_say(sheet, N_("all"), NULL);
        else
            write_names(days, day, look);
        html_raw(out, "</td>");
    }
    cell_open(sheet, N_("Duration"));
    html_text(out, format_duration(&sheet->format, happening->longest_s));
    html_raw(out, "</td></tr>");
}

static void write_day(const struct days *days, size_t day)
{
    for (size_t i = 0; i < ARRAY_LEN(looks); i++) {
        struct happening happening = happening_on(days, day, looks[i]);
        if (happening.touched)
            write_row(days, day, looks[i], &happening);
    }
}

static void write_heading(struct sheet *sheet, const char *message)
{
    html_raw(sheet->out, "<th scope=\"col\">");
    sheet_say(sheet, message, NULL);
    html_raw(sheet->out, "</th>");
}

static void write_headings(struct sheet *sheet, size_t count)
{
    html_raw(sheet->out, "<thead><tr>");
    write_heading(sheet, N_("Day"));
    write_heading(sheet, N_("What happened"));
    if (count > 1)
        write_heading(sheet, N_("Services concerned"));
    write_heading(sheet, count > 1 ? N_("Longest duration") : N_("Duration"));
    html_raw(sheet->out, "</tr></thead>");
}

static void find_events(struct days *days, size_t service)
{
    for (size_t day = 0; day < STRIP_DAYS; day++)
        for (size_t i = 0; i < ARRAY_LEN(looks) && !days->eventful[day]; i++)
            days->eventful[day] = seconds_of(days, service, day, looks[i]) != 0;
}

static bool is_uneventful(const struct days *days, const enum strip_day shown[STRIP_DAYS])
{
    for (size_t day = 0; day < STRIP_DAYS; day++)
        if (days->eventful[day] && shown[day] != STRIP_UP)
            return false;
    return true;
}

void block_days(struct sheet *sheet, const struct past *pasts, size_t count,
                const struct strip_range *range, const enum strip_day shown[STRIP_DAYS])
{
    struct buffer *out = sheet->out;
    struct days days = {.sheet = sheet, .pasts = pasts, .count = count, .range = range};
    if (count)
        days.tallies = arena_array(&sheet->arena, count, sizeof *days.tallies);
    for (size_t i = 0; i < count; i++) {
        past_by_day(&pasts[i], range, days.tallies[i]);
        find_events(&days, i);
    }
    if (is_uneventful(&days, shown))
        return;
    html_raw(out, "<details><summary>");
    sheet_say(sheet, N_("These 90 days as a table"), NULL);
    html_raw(out, "</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\"");
    sheet_attr(sheet, "aria-label", N_("Table"));
    html_raw(out, "><table class=\"stack\"><caption>");
    sheet_say(sheet,
              N_("Only the days on which something happened. On the other days of the record, all "
                 "that was "
                 "measured was available."),
              NULL);
    html_raw(out, "</caption>");
    write_headings(sheet, count);
    html_raw(out, "<tbody>");
    for (size_t day = STRIP_DAYS; day-- > 0;)
        if (days.eventful[day])
            write_day(&days, day);
    html_raw(out, "</tbody></table></div></details>\n");
}

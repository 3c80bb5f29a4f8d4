#include "block.h"

#include "macros.h"
#include "state.h"

static const enum look looks[] = {LOOK_DOWN, LOOK_DEGRADED, LOOK_MAINTENANCE, LOOK_UNKNOWN};

/* What happened on one day of one kind: to which services, for how long at most. */
struct happening {
    const char *services;
    size_t touched, measured;
    int64_t longest_s;
};

static int64_t seconds_in(const struct past *past, const struct tally *tally, int64_t from,
                          int64_t to, enum look look)
{
    switch (look) {
    case LOOK_DOWN:
        return tally->down;
    case LOOK_DEGRADED:
        return tally->degraded;
    case LOOK_MAINTENANCE:
        return past_maintained_s(past, from, to);
    default: /* as in the strip: a day is not measured when more than half of it was not */
        return tally->unknown * 2 > tally_total(tally) ? tally->unknown : 0;
    }
}

static struct happening happening_on(struct sheet *sheet, const struct past *pasts, size_t count,
                                     int64_t from, int64_t to, enum look look)
{
    struct happening happening = {.services = ""};
    for (size_t i = 0; i < count; i++) {
        struct tally tally = past_tally(&pasts[i], from, to);
        int64_t seconds = seconds_in(&pasts[i], &tally, from, to, look);
        happening.measured += tally_total(&tally) > 0;
        if (seconds == 0)
            continue;
        happening.services =
            arena_printf(&sheet->arena, "%s%s%s", happening.services, happening.touched ? ", " : "",
                         block_service_name(sheet, pasts[i].service));
        happening.touched++;
        if (seconds > happening.longest_s)
            happening.longest_s = seconds;
    }
    return happening;
}

static void cell_open(struct sheet *sheet, const char *label)
{
    html_raw(sheet->out, "<td");
    html_attr(sheet->out, "data-l", label);
    html_raw(sheet->out, ">");
}

static void write_row(struct sheet *sheet, int64_t day, enum look look,
                      const struct happening *happening, size_t count)
{
    struct buffer *out = sheet->out;
    struct word_value date = sheet_day(sheet, "date", day);
    html_raw(out, "<tr><th scope=\"row\">");
    sheet_value(sheet, &date);
    html_raw(out, "</th>");
    cell_open(sheet, sheet_text(sheet, N_("What happened"), NULL));
    html_text(out, state_word(sheet, look));
    html_raw(out, "</td>");
    if (count > 1) {
        cell_open(sheet, sheet_text(sheet, N_("Services concerned"), NULL));
        if (happening->touched == happening->measured)
            sheet_say(sheet, N_("all"), NULL);
        else
            html_text(out, happening->services);
        html_raw(out, "</td>");
    }
    cell_open(sheet, sheet_text(sheet, N_("Duration"), NULL));
    html_text(out, format_duration(&sheet->format, happening->longest_s));
    html_raw(out, "</td></tr>");
}

static void write_day(struct sheet *sheet, const struct past *pasts, size_t count, int64_t from,
                      int64_t to)
{
    for (size_t i = 0; i < ARRAY_LEN(looks); i++) {
        struct happening happening = happening_on(sheet, pasts, count, from, to, looks[i]);
        if (happening.touched)
            write_row(sheet, from, looks[i], &happening, count);
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

static bool is_uneventful(struct sheet *sheet, const struct past *pasts, size_t count,
                          const struct strip_range *range)
{
    enum strip_day days[STRIP_DAYS];
    past_days(pasts, count, range, days);
    for (size_t day = 0; day < STRIP_DAYS; day++) {
        if (days[day] == STRIP_UP)
            continue;
        for (size_t i = 0; i < ARRAY_LEN(looks); i++)
            if (happening_on(sheet, pasts, count, range->bounds[day], range->bounds[day + 1],
                             looks[i])
                    .touched)
                return false;
    }
    return true;
}

void block_days(struct sheet *sheet, const struct past *pasts, size_t count,
                const struct strip_range *range)
{
    struct buffer *out = sheet->out;
    if (is_uneventful(sheet, pasts, count, range))
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
        write_day(sheet, pasts, count, range->bounds[day], range->bounds[day + 1]);
    html_raw(out, "</tbody></table></div></details>\n");
}

#include "page_report.h"

#include "block.h"
#include "calendar.h"
#include "frame.h"
#include "macros.h"
#include "part.h"
#include "report_chart.h"
#include "report_part.h"
#include "report_practice.h"

#include <string.h>

const char *page_report_path(const struct report *report, struct arena *arena)
{
    return arena_printf(arena, PAGE_REPORT_DATA "%d/", report->year);
}

/* ---- the year, day by day ---- */

static const char *month_name(const struct report_view *view, int month)
{
    int64_t begin;
    calendar_instant(&(struct calendar_time){.year = view->report->year, .month = month, .day = 1},
                     &begin);
    return format_month(&view->sheet->format, begin);
}

static void write_day_month(const struct report_view *view, size_t row,
                            const struct report_day_month *month)
{
    const struct word_value cells[] = {
        report_count(view, "", report_of_row(view, "days_by_month", row, "days"), month->days),
        report_count(view, "", report_of_row(view, "days_by_month", row, "unmeasured"),
                     month->unmeasured),
        report_count(view, "", report_of_row(view, "days_by_month", row, "hit"), month->hit),
        report_count(view, "", report_of_row(view, "days_by_month", row, "most_hosters"),
                     month->most_hosters),
    };
    report_table_row(view, month_name(view, month->month), cells, ARRAY_LEN(cells));
}

static void write_days(const struct report_view *view)
{
    static const char *const labels[] = {N_("Month"),
                                         N_("Days"),
                                         N_("Days not measured"),
                                         N_("Days with an interruption"),
                                         N_("Hosters hit in one day, at most"),
                                         NULL};
    size_t row = 0;
    if (!view->report->hosters_counted)
        return;
    report_chart_days(view);
    report_open_details(view);
    report_table_open(view, N_("The year, day by day"), labels);
    for (size_t i = 0; i < REPORT_MONTHS; i++)
        if (view->report->day_months[i].days)
            write_day_month(view, row++, &view->report->day_months[i]);
    report_table_close(view);
    report_close_details(view);
}

/* ---- the cover ---- */

static struct word_value year_of(const struct report_view *view, const char *name)
{
    return word_plain(name, arena_printf(&view->sheet->arena, "%d", view->report->year));
}

static void say_lead(const struct report_view *view)
{
    struct sheet *sheet = view->sheet;
    const struct report *report = view->report;
    html_raw(sheet->out, "<p class=\"lead\">");
    if (report->hosters_counted)
        sheet_say(sheet,
                  N_("A service was unavailable for {median} in the year, by the median of the "
                     "hosters: half of them did better, half of them worse."),
                  VALUES(report_seconds(view, "median", "hosters_down_s.median",
                                        report->hosters_down_s.median)));
    else
        sheet_say(sheet,
                  N_("No hoster was measured for half of the time: there is no figure of all."),
                  NULL);
    html_raw(sheet->out, "</p>\n");
}

static void write_cover(const struct report_view *view, const char *title)
{
    struct sheet *sheet = view->sheet;
    html_raw(sheet->out, "<div class=\"cover\">\n<p class=\"soft\">");
    sheet_say(sheet, N_("{name} · transparency report · as known on {date}"),
              VALUES(word_plain("name", sheet->page->collective->name),
                     sheet_date(sheet, "date", view->report->as_of)));
    html_raw(sheet->out, "</p>\n<h1>");
    html_text(sheet->out, title);
    html_raw(sheet->out, "</h1>\n");
    report_part_notices(view);
    say_lead(view);
    html_raw(sheet->out, "<ul class=\"links noprint\"><li><a href=\"h/\">");
    sheet_say(sheet, N_("The reports of the hosters"), NULL);
    html_raw(sheet->out, "</a></li><li><a href=\"#open-h\">");
    sheet_say(sheet, N_("Open data"), NULL);
    html_raw(sheet->out, "</a></li></ul>\n");
    write_days(view);
    html_raw(sheet->out, "</div>\n");
}

/* ---- the year ---- */

static void figure_hosters(const struct report_view *view)
{
    const struct report *report = view->report;
    const char *phrase = sheet_text_plural(view->sheet, "{n} hoster counted", "{n} hosters counted",
                                           (int64_t)report->hosters_counted, NULL);
    report_figure_few(
        view, report->few, report_phrase(view, "hosters_counted", report->hosters_counted, phrase),
        N_("of {all}: those measured for at least half of the time, services: {services}; the "
           "others "
           "are listed and not counted"),
        VALUES(report_count(view, "all", "hosters", report->hosters),
               report_count(view, "services", "services_counted", report->services_counted)));
}

static void figure_monitor(const struct report_view *view)
{
    const struct report_monitor *monitor = &view->report->monitor;
    report_figure(
        view, report_share(view, "", "monitor.availability", monitor->availability_e5),
        N_("of the time our own monitor saw: it was blind for {blind} ({count} times), and "
           "saw badly for {impaired}"),
        VALUES(report_seconds(view, "blind", "monitor.blind_s", monitor->blind_s),
               report_count(view, "count", "monitor.blind_count", monitor->blind_count),
               report_seconds(view, "impaired", "monitor.impaired_s", monitor->impaired_s)));
}

static void write_year(const struct report_view *view)
{
    part_open(view->sheet, "year-h", N_("The year in figures"));
    report_figures_open(view);
    figure_hosters(view);
    report_part_sum(view, &view->report->sum);
    figure_monitor(view);
    report_figures_close(view);
    part_close(view->sheet);
}

/* ---- how they are distributed ---- */

static void write_distribution(const struct report_view *view)
{
    static const char *const labels[] = {N_("Unavailable in the year"), N_("Hosters"), NULL};
    const struct report *report = view->report;
    if (!report->hosters_counted)
        return;
    report_split_open(view, "dist-h", N_("How long unavailable?"));
    report_say(view,
               N_("Each point is a hoster, placed by how long its services were unavailable on "
                  "average. Half of the hosters lie between {quarter} and {three_quarters}."),
               VALUES(report_seconds(view, "quarter", "hosters_down_s.p25",
                                     report->hosters_down_s.quarter),
                      report_seconds(view, "three_quarters", "hosters_down_s.p75",
                                     report->hosters_down_s.three_quarters)));
    report_say_soft(
        view, N_("No names here: each hoster has a report of its own, with its explanations."),
        NULL);
    report_split_turn(view);
    report_chart_distribution(view);
    report_open_details(view);
    report_table_open(view, N_("Hosters by how long they were unavailable"), labels);
    for (size_t i = 0; i <= REPORT_DOWN_BOUNDS; i++)
        report_table_row(view, report_range(view, report_down_bounds_s, REPORT_DOWN_BOUNDS, i),
                         (struct word_value[]){report_count(
                             view, "", report_of_row(view, "hosters_down_classes", i, "count"),
                             report->down_classes[i])},
                         1);
    report_table_close(view);
    report_close_details(view);
    report_split_close(view);
}

/* ---- months ---- */

static void write_month(const struct report_view *view, size_t row,
                        const struct report_month *month)
{
    const struct distribution *down = &month->down_s;
    const struct word_value cells[] = {
        report_seconds(view, "", report_of_row(view, "months", row, "down_s.p10"), down->tenth),
        report_seconds(view, "", report_of_row(view, "months", row, "down_s.p25"), down->quarter),
        report_seconds(view, "", report_of_row(view, "months", row, "down_s.median"), down->median),
        report_seconds(view, "", report_of_row(view, "months", row, "down_s.p75"),
                       down->three_quarters),
        report_seconds(view, "", report_of_row(view, "months", row, "down_s.p90"),
                       down->nine_tenths),
        report_count(view, "", report_of_row(view, "months", row, "sum.outages"),
                     month->sum.figures.outages),
        report_share(view, "", report_of_row(view, "months", row, "sum.coverage"),
                     availability_coverage_e5(&month->sum.figures)),
    };
    report_table_row(view, format_month(&view->sheet->format, month->from), cells,
                     ARRAY_LEN(cells));
}

static void write_months(const struct report_view *view)
{
    static const char *const labels[] = {N_("Month"),         N_("10% at most"), N_("25% at most"),
                                         N_("Median"),        N_("75% at most"), N_("90% at most"),
                                         N_("Interruptions"), N_("Measured"),    NULL};
    size_t row = 0;
    if (!view->report->services_counted)
        return;
    report_split_open(view, "mon-h", N_("Month by month"));
    report_say(
        view,
        N_("The thick stroke holds half of the services, the notch marks the median one, and "
           "the whisker goes from the tenth least touched to the tenth most touched."),
        NULL);
    report_split_turn(view);
    report_chart_months(view);
    report_open_details(view);
    report_table_open(view, N_("Unavailability of the services, month by month"), labels);
    for (size_t i = 0; i < REPORT_MONTHS; i++)
        if (view->report->months[i].from < view->report->months[i].to)
            write_month(view, row++, &view->report->months[i]);
    report_table_close(view);
    report_close_details(view);
    report_split_close(view);
}

/* ---- hours and days of the week ---- */

static const char *weekday_name(const struct report_view *view, int weekday)
{
    int64_t day = view->report->from;
    while (calendar_at(day).weekday != weekday)
        day = calendar_day_after(day, 1);
    return format_weekday(&view->sheet->format, day);
}

static void write_weekdays(const struct report_view *view)
{
    const struct report_clock *days = view->report->weekdays;
    size_t most = 0;
    for (size_t i = 0; i < REPORT_WEEKDAYS; i++)
        most = days[i].outages > most ? days[i].outages : most;
    report_bars_open(view);
    for (size_t i = 1; i <= REPORT_WEEKDAYS; i++) {
        size_t day = i % REPORT_WEEKDAYS; /* the week begins on Monday */
        report_bar(view, weekday_name(view, (int)day),
                   report_count(view, "", report_of_row(view, "weekdays", day, "outages"),
                                days[day].outages),
                   days[day].outages, most);
    }
    report_bars_close(view);
}

static void write_hours(const struct report_view *view)
{
    static const char *const labels[] = {N_("Hour"), N_("Interruptions"), N_("Unavailable"), NULL};
    struct sheet *sheet = view->sheet;
    report_split_open(view, "when-h", N_("When it happens"));
    report_say(view,
               N_("Interruptions of all services, by the hour and the day on which they began."),
               NULL);
    report_split_turn(view);
    report_chart_hours(view);
    write_weekdays(view);
    report_open_details(view);
    report_table_open(view, N_("Outages by the hour in which they began"), labels);
    for (size_t i = 0; i < REPORT_HOURS; i++)
        report_table_row(
            view,
            sheet_text(sheet, N_("{hour}:00"),
                       VALUES(word_plain("hour", format_count(&sheet->format, (int64_t)i)))),
            (struct word_value[]){report_count(view, "", report_of_row(view, "hours", i, "outages"),
                                               view->report->hours[i].outages),
                                  report_seconds(view, "",
                                                 report_of_row(view, "hours", i, "down_s"),
                                                 view->report->hours[i].down_s)},
            2);
    report_table_close(view);
    report_close_details(view);
    report_split_close(view);
}

/* ---- kinds ---- */

/* `list`: of the report's JSON. */
static void write_group(const struct report_view *view, const char *list, size_t row,
                        const struct report_kind *group, const char *name)
{
    const struct word_value cells[] = {
        report_count(view, "", report_of_row(view, list, row, "hosters"), group->hosters),
        report_count(view, "", report_of_row(view, list, row, "sum.services"), group->sum.services),
        report_seconds(view, "", report_of_row(view, list, row, "down_s.median"),
                       group->down_s.median),
        report_share(view, "", report_of_row(view, list, row, "sum.coverage"),
                     availability_coverage_e5(&group->sum.figures)),
    };
    report_table_row(view,
                     group->few ? sheet_text(view->sheet, N_("{kind} (few hosters)"),
                                             VALUES(word_plain("kind", name)))
                                : name,
                     cells, ARRAY_LEN(cells));
}

static const char *kind_name_of(const struct report_view *view, const struct report_kind *kind)
{
    return *kind->name ? kind->name : sheet_text(view->sheet, N_("no kind given"), NULL);
}

static void write_kinds(const struct report_view *view)
{
    static const char *const labels[] = {N_("Kind of service"),    N_("Hosters"),  N_("Services"),
                                         N_("Median unavailable"), N_("Measured"), NULL};
    if (!view->report->kind_count)
        return;
    part_open(view->sheet, "kind-h", N_("By kind of service"));
    report_table_open(view, N_("Figures by kind of service"), labels);
    for (size_t i = 0; i < view->report->kind_count; i++)
        write_group(view, "kinds", i, &view->report->kinds[i],
                    kind_name_of(view, &view->report->kinds[i]));
    report_table_close(view);
    part_close(view->sheet);
}

/* ---- what is declared: where services stand, how much they are used ---- */

static bool declares_hosting(const struct report *report)
{
    return report->hosting_count > 1 ||
           (report->hosting_count == 1 &&
            strcmp(report->hosting[0].name, hosting_words[HOSTING_UNKNOWN]) != 0);
}

static void write_hosting(const struct report_view *view)
{
    static const char *const labels[] = {N_("Where they stand"),   N_("Hosters"),  N_("Services"),
                                         N_("Median unavailable"), N_("Measured"), NULL};
    const struct report *report = view->report;
    if (!declares_hosting(report))
        return;
    part_open(view->sheet, "host-h", N_("Where the services stand"));
    report_say(view,
               N_("As their hosters declare: nobody has verified it. A machine at home and "
                  "one in a data centre do not stand on the same power and the same line."),
               NULL);
    report_table_open(view, N_("Figures by where services stand"), labels);
    for (size_t i = 0; i < report->hosting_count; i++)
        write_group(view, "hosting", i, &report->hosting[i],
                    block_hosting(view->sheet, report->hosting[i].name));
    report_table_close(view);
    part_close(view->sheet);
}

static struct word_value told_in(const struct report_view *view, size_t row, const char *member,
                                 const struct report_told *told)
{
    if (!told->services)
        return word_plain("", "\u2013");
    return report_count(view, "",
                        report_of_row(view, "usage_by_month", row,
                                      arena_printf(&view->sheet->arena, "%s.sum", member)),
                        (size_t)told->sum);
}

static void write_use_month(const struct report_view *view, size_t row, int month)
{
    const struct report_use *use = &view->report->use_months[month];
    const struct word_value cells[] = {
        report_count(view, "", report_of_row(view, "usage_by_month", row, "services"),
                     use->services),
        told_in(view, row, "users_active_month", &use->month),
        told_in(view, row, "users_active_halfyear", &use->halfyear),
        told_in(view, row, "users_total", &use->total),
    };
    report_table_row(view, month_name(view, month + 1), cells, ARRAY_LEN(cells));
}

static void write_use(const struct report_view *view)
{
    static const char *const labels[] = {N_("Month"),
                                         N_("Services"),
                                         N_("Active in thirty days"),
                                         N_("Active in six months"),
                                         N_("Accounts"),
                                         NULL};
    size_t row = 0;
    if (!view->report->use.services)
        return;
    part_open(view->sheet, "use-h", N_("Declared use"));
    report_figures_open(view);
    report_part_use(view, &view->report->use);
    report_figures_close(view);
    report_open_details(view);
    report_table_open(view, N_("Declared use, month by month"), labels);
    for (int i = 0; i < REPORT_MONTHS; i++)
        if (view->report->use_months[i].services)
            write_use_month(view, row++, i);
    report_table_close(view);
    report_close_details(view);
    part_close(view->sheet);
}

/* ---- members, and the year before ---- */

static void write_moves(const struct report_view *view)
{
    const struct report_moves *moves = &view->report->moves;
    part_open(view->sheet, "moves-h", N_("Who came, who went"));
    report_say(
        view,
        N_("Hosters: {joined} joined, {left} left. Services: {came} added, {gone} ended, {moved} "
           "moved to another address."),
        VALUES(report_count(view, "joined", "movements.hosters_joined", moves->hosters_joined),
               report_count(view, "left", "movements.hosters_left", moves->hosters_left),
               report_count(view, "came", "movements.services_joined", moves->services_joined),
               report_count(view, "gone", "movements.services_left", moves->services_left),
               report_count(view, "moved", "movements.moved", moves->moved)));
    part_close(view->sheet);
}

static void say_medians(const struct report_view *view)
{
    const struct report_earlier *earlier = &view->report->earlier;
    struct sheet *sheet = view->sheet;
    report_say(
        view,
        N_("Of the {hosters} hosters that count in both years, the median unavailability goes from "
           "{then} in {year} to {now}. What changes from one year to the next need not be a "
           "tendency."),
        VALUES(
            report_count(view, "hosters", "earlier.hosters_in_both", earlier->hosters),
            report_seconds(view, "then", "earlier.median_down_each_then_s", earlier->median_then_s),
            word_plain("year", arena_printf(&sheet->arena, "%d", earlier->year)),
            report_seconds(view, "now", "earlier.median_down_each_now_s", earlier->median_now_s)));
    report_say_few(view, earlier->hosters < REPORT_FEW);
}

static void write_earlier(const struct report_view *view)
{
    const struct report_earlier *earlier = &view->report->earlier;
    if (!earlier->year || !earlier->hosters)
        return;
    part_open(view->sheet, "earlier-h", N_("Compared with the year before"));
    if (earlier->partial)
        report_say(view, N_("Of the year before only a part was measured."), NULL);
    if (view->report->partial)
        report_say(view,
                   N_("This year is not over: what is known of it stands beside the year before."),
                   NULL);
    say_medians(view);
    report_say(
        view,
        N_("The year before, interruptions explained: {explained} of {outages}; services with "
           "IPv6: {ipv6} of {known}."),
        VALUES(
            report_count(view, "explained", "earlier.explained_then", earlier->explained_then.so),
            report_count(view, "outages", "earlier.outages_then", earlier->explained_then.of),
            report_count(view, "ipv6", "earlier.ipv6_published_then", earlier->ipv6_then.so),
            report_count(view, "known", "earlier.ipv6_known_then", earlier->ipv6_then.of)));
    part_close(view->sheet);
}

/* ---- the whole ---- */

void page_report(const struct page *page, const struct report *report, struct buffer *out)
{
    struct sheet sheet;
    struct report_view view = {.sheet = &sheet, .report = report, .at = ""};
    report_view_open(&view, page, out, "../../../");
    const char *title =
        sheet_text(&sheet, N_("Our services in {year}"), VALUES(year_of(&view, "year")));
    struct frame frame = {
        .title =
            sheet_text(&sheet, N_("{name}: our services in {year}"),
                       VALUES(word_plain("name", page->collective->name), year_of(&view, "year"))),
        .description = sheet_text(&sheet, N_("Transparency report of the year {year}."),
                                  VALUES(year_of(&view, "year"))),
        .path = page_report_path(report, &sheet.arena),
        .home = "./",
    };
    frame_open(&sheet, &frame);
    write_cover(&view, title);
    write_year(&view);
    write_distribution(&view);
    write_months(&view);
    report_part_durations(&view, &report->durations, &report->sum);
    report_part_words(&view, &report->words);
    write_hours(&view);
    report_part_worst(&view, report->worst_s);
    write_kinds(&view);
    write_hosting(&view);
    report_practice(&view);
    write_use(&view);
    write_moves(&view);
    write_earlier(&view);
    report_part_limits(&view);
    report_part_files(&view);
    frame_close(&sheet);
    sheet_close(&sheet);
}

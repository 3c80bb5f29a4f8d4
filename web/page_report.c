#include "page_report.h"

#include "calendar.h"
#include "frame.h"
#include "macros.h"
#include "part.h"
#include "report_chart.h"
#include "report_part.h"

const char *page_report_path(const struct report *report, struct arena *arena)
{
    return arena_printf(arena, PAGE_REPORT_DATA "%d/", report->year);
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
    report_chart_days(view);
    html_raw(sheet->out, "</div>\n");
}

/* ---- the year ---- */

static void figure_hosters(const struct report_view *view)
{
    const struct report *report = view->report;
    const char *phrase = sheet_text_plural(view->sheet, "{n} hoster counted", "{n} hosters counted",
                                           (int64_t)report->hosters_counted, NULL);
    report_figure(
        view, report_phrase(view, "hosters_counted", report->hosters_counted, phrase),
        report->few ? N_("of {all} measured for at least half of the time, with {services} "
                         "services: few, of which not much can be made")
                    : N_("of {all} measured for at least half of the time, with {services} "
                         "services; the others are listed and not counted"),
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

static void open_details(const struct report_view *view)
{
    html_raw(view->sheet->out, "<details><summary>");
    sheet_say(view->sheet, N_("As a table"), NULL);
    html_raw(view->sheet->out, "</summary>\n");
}

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
    open_details(view);
    report_table_open(view, N_("Hosters by how long they were unavailable"), labels);
    for (size_t i = 0; i <= REPORT_DOWN_BOUNDS; i++)
        report_table_row(view, report_range(view, report_down_bounds_s, REPORT_DOWN_BOUNDS, i),
                         (struct word_value[]){report_count(
                             view, "", report_of_row(view, "hosters_down_classes", i, "count"),
                             report->down_classes[i])},
                         1);
    report_table_close(view);
    html_raw(view->sheet->out, "</details>\n");
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
    open_details(view);
    report_table_open(view, N_("Unavailability of the services, month by month"), labels);
    for (size_t i = 0; i < REPORT_MONTHS; i++)
        if (view->report->months[i].from < view->report->months[i].to)
            write_month(view, row++, &view->report->months[i]);
    report_table_close(view);
    html_raw(view->sheet->out, "</details>\n");
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
    open_details(view);
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
    html_raw(sheet->out, "</details>\n");
    report_split_close(view);
}

/* ---- kinds ---- */

static void write_kind(const struct report_view *view, size_t row)
{
    struct sheet *sheet = view->sheet;
    const struct report_kind *kind = &view->report->kinds[row];
    const char *name = *kind->name ? kind->name : sheet_text(sheet, N_("no kind given"), NULL);
    const struct word_value cells[] = {
        report_count(view, "", report_of_row(view, "kinds", row, "hosters"), kind->hosters),
        report_count(view, "", report_of_row(view, "kinds", row, "sum.services"),
                     kind->sum.services),
        report_seconds(view, "", report_of_row(view, "kinds", row, "down_s.median"),
                       kind->down_s.median),
        report_share(view, "", report_of_row(view, "kinds", row, "sum.coverage"),
                     availability_coverage_e5(&kind->sum.figures)),
    };
    report_table_row(
        view,
        kind->few ? sheet_text(sheet, N_("{kind} (few hosters)"), VALUES(word_plain("kind", name)))
                  : name,
        cells, ARRAY_LEN(cells));
}

static void write_kinds(const struct report_view *view)
{
    static const char *const labels[] = {
        N_("Kind"), N_("Hosters"), N_("Services"), N_("Median unavailable"), N_("Measured"), NULL};
    if (!view->report->kind_count)
        return;
    part_open(view->sheet, "kind-h", N_("By kind of service"));
    report_table_open(view, N_("By kind of service"), labels);
    for (size_t i = 0; i < view->report->kind_count; i++)
        write_kind(view, i);
    report_table_close(view);
    part_close(view->sheet);
}

/* ---- certificates, addresses, answers, maintenance ---- */

static void write_counted(const struct report_view *view, const char *title, const char *list,
                          const struct report_counted_word *words, size_t count)
{
    size_t most = 0;
    if (!count)
        return;
    html_raw(view->sheet->out, "<h3>");
    sheet_say(view->sheet, title, NULL);
    html_raw(view->sheet->out, "</h3>\n");
    for (size_t i = 0; i < count; i++)
        most = words[i].count > most ? words[i].count : most;
    report_bars_open(view);
    for (size_t i = 0; i < count; i++)
        report_bar(view,
                   *words[i].word ? words[i].word
                                  : sheet_text(view->sheet, N_("not measured"), NULL),
                   report_count(view, "", report_of_row(view, list, i, "count"), words[i].count),
                   words[i].count, most);
    report_bars_close(view);
}

static void figure_expired(const struct report_view *view)
{
    const struct report_certificates *certificates = &view->report->certificates;
    const char *phrase =
        sheet_text_plural(view->sheet, "{n} expired certificate", "{n} expired certificates",
                          (int64_t)certificates->expired, NULL);
    struct word_value whole =
        report_phrase(view, "certificates.expired", certificates->expired, phrase);
    struct word_value services =
        report_count(view, "services", "certificates.services", certificates->services);
    if (certificates->expired_s.count)
        report_figure(
            view, whole,
            N_("that made a service unavailable, of {services} services that show one; "
               "half were replaced within {median}"),
            VALUES(services, report_seconds(view, "median", "certificates.expired_s.median",
                                            certificates->expired_s.median)));
    else
        report_figure(view, whole,
                      N_("that made a service unavailable, of {services} services that show one"),
                      VALUES(services));
}

static void figure_renewed(const struct report_view *view)
{
    const struct report_certificates *certificates = &view->report->certificates;
    if (!certificates->advance_s.count)
        return;
    report_figure(
        view,
        report_seconds(view, "", "certificates.renewed_in_advance_s.median",
                       certificates->advance_s.median),
        N_("before its end a certificate was renewed, by the median of {count}; {late} were "
           "renewed "
           "too late. They were valid for {lifetime} (median)"),
        VALUES(report_count(view, "count", "certificates.renewed_in_advance_s.count",
                            certificates->advance_s.count),
               report_count(view, "late", "certificates.renewed_late", certificates->late),
               report_seconds(view, "lifetime", "certificates.lifetimes_s.median",
                              certificates->lifetimes_s.median)));
}

static void figure_maintenance(const struct report_view *view)
{
    const struct report_maintenance *maintenance = &view->report->maintenance;
    report_figure(
        view,
        report_phrase(view, "maintenance.announced", maintenance->announced,
                      sheet_text_plural(view->sheet, "{n} maintenance announced",
                                        "{n} maintenances announced",
                                        (int64_t)maintenance->announced, NULL)),
        N_("{cancelled} cancelled, {late} announced too late to count; of {in_time} announced in "
           "time, {ahead} were a day ahead and {kept} kept to their time"),
        VALUES(report_count(view, "cancelled", "maintenance.cancelled", maintenance->cancelled),
               report_count(view, "late", "maintenance.late", maintenance->late),
               report_count(view, "in_time", "maintenance.in_time", maintenance->in_time),
               report_count(view, "ahead", "maintenance.day_ahead", maintenance->day_ahead),
               report_count(view, "kept", "maintenance.kept", maintenance->kept)));
}

static void write_practice(const struct report_view *view)
{
    const struct report *report = view->report;
    const struct report_certificates *certificates = &report->certificates;
    part_open(view->sheet, "sec-h", N_("Certificates, IPv6, answers, maintenance"));
    report_figures_open(view);
    figure_expired(view);
    figure_renewed(view);
    report_part_ipv6(view, &report->ipv6_published, &report->ipv6_working);
    report_part_answers(view, &report->answers);
    figure_maintenance(view);
    report_figures_close(view);
    html_raw(view->sheet->out, "<div class=\"two\"><div>\n");
    write_counted(view, N_("Who issued the certificates"), "certificates.issuers",
                  certificates->issuers, certificates->issuer_count);
    html_raw(view->sheet->out, "</div><div>\n");
    write_counted(view, N_("Version of TLS"), "certificates.protocols", certificates->protocols,
                  certificates->protocol_count);
    html_raw(view->sheet->out, "</div></div>\n");
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
        N_("Of the {hosters} hosters that count in both years, the median goes from {then} in "
           "{year} "
           "to {now}. What changes from one year to the next need not be a tendency."),
        VALUES(
            report_count(view, "hosters", "earlier.hosters_in_both", earlier->hosters),
            report_seconds(view, "then", "earlier.median_down_each_then_s", earlier->median_then_s),
            word_plain("year", arena_printf(&sheet->arena, "%d", earlier->year)),
            report_seconds(view, "now", "earlier.median_down_each_now_s", earlier->median_now_s)));
    if (earlier->hosters < REPORT_FEW)
        report_say_soft(view, N_("Few hosters: not much can be made of it."), NULL);
}

static void write_earlier(const struct report_view *view)
{
    const struct report_earlier *earlier = &view->report->earlier;
    if (!earlier->year || !earlier->hosters)
        return;
    part_open(view->sheet, "earlier-h", N_("Compared with the year before"));
    if (earlier->partial)
        report_say(view, N_("Of the year before only a part was measured."), NULL);
    say_medians(view);
    report_say(
        view,
        N_("The year before, {explained} of {outages} interruptions were explained, and {ipv6} of "
           "{known} services had IPv6."),
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
    write_practice(&view);
    write_moves(&view);
    write_earlier(&view);
    report_part_limits(&view);
    report_part_files(&view);
    frame_close(&sheet);
    sheet_close(&sheet);
}

#include "report_part.h"

#include "annotation.h"
#include "macros.h"
#include "method.h"
#include "open_package.h"
#include "page_report.h"
#include "part.h"
#include "report_standing.h"
#include "report_table.h"

/* Under nine tenths measured a percentage would claim more than we know (rule on coverage). */
enum { COVERED_ENOUGH_E5 = 90000 };

/* ---- sums ---- */

static struct word_value seconds_of(const struct report_view *view, const char *name,
                                    const char *member, int64_t seconds)
{
    return report_seconds(view, name, report_of_member(view, "sum", member), seconds);
}

static struct word_value share_of(const struct report_view *view, const char *name,
                                  const char *member, int64_t e5)
{
    return report_share(view, name, report_of_member(view, "sum", member), e5);
}

static void figure_down(const struct report_view *view, const struct report_sum *sum)
{
    report_figure(
        view, seconds_of(view, "", "down_each_s", sum->down_each_s),
        N_("unavailable in the year, each service on average; between {least} and "
           "{most}, whatever happened while we did not look. Announced maintenance apart: "
           "{apart} for all services together"),
        VALUES(seconds_of(view, "least", "least_down_each_s", sum->least_down_each_s),
               report_seconds_most(view, "most", report_of_member(view, "sum", "most_down_each_s"),
                                   sum->most_down_each_s),
               seconds_of(view, "apart", "maintenance_down_s", sum->maintenance_down_s)));
}

static void figure_outages(const struct report_view *view, const struct report_sum *sum)
{
    const struct availability *figures = &sum->figures;
    const char *phrase = sheet_text_plural(view->sheet, "{n} interruption", "{n} interruptions",
                                           (int64_t)figures->outages, NULL);
    struct word_value median = seconds_of(view, "median", "median_outage_s",
                                          availability_median_s(figures)),
                      longest = seconds_of(view, "longest", "longest_outage_s", figures->longest_s);
    struct word_value whole = report_phrase(view, "sum.outages", figures->outages, phrase);
    if (!figures->outages)
        report_figure(view, whole, N_("in the time that was measured"), NULL);
    else if (!figures->ended)
        report_figure_few(view, sum->few, whole, N_("the longest lasted {longest}"),
                          VALUES(longest));
    else
        report_figure_few(
            view, sum->few, whole,
            N_("half of them were over within {median}; the longest lasted {longest}"),
            VALUES(median, longest));
}

static void figure_availability(const struct report_view *view, const struct report_sum *sum)
{
    const struct availability *figures = &sum->figures;
    if (availability_coverage_e5(figures) < COVERED_ENOUGH_E5)
        return;
    report_figure(
        view, share_of(view, "", "availability", availability_e5(figures)),
        N_("available, of the time measured; between {low} and {high}, whatever happened while we "
           "did not look. Announced maintenance left out: {without}"),
        VALUES(share_of(view, "low", "availability_low", availability_low_e5(figures)),
               share_of(view, "high", "availability_high", availability_high_e5(figures)),
               share_of(view, "without", "availability_excluding_maintenance",
                        availability_without_maintenance_e5(figures))));
}

static void figure_coverage(const struct report_view *view, const struct report_sum *sum)
{
    const struct availability *figures = &sum->figures;
    bool enough = availability_coverage_e5(figures) >= COVERED_ENOUGH_E5;
    report_figure(view, share_of(view, "", "coverage", availability_coverage_e5(figures)),
                  enough ? N_("of the time was measured; {unknown} were not, all services together")
                         : N_("of the time was measured, too little to give a percentage of "
                              "availability; {unknown} were not, all services together"),
                  VALUES(seconds_of(view, "unknown", "unknown_s", figures->tally.unknown)));
}

void report_part_sum(const struct report_view *view, const struct report_sum *sum)
{
    if (!sum->services)
        return;
    figure_down(view, sum);
    figure_outages(view, sum);
    figure_availability(view, sum);
    figure_coverage(view, sum);
}

/* ---- durations ---- */

static void say_durations(const struct report_view *view, const struct report_duration *durations,
                          const struct report_sum *sum)
{
    const struct distribution *whole = &durations->whole_s;
    report_say(view,
               N_("Of {count} that ended in the year, half were over within {median}, nine in ten "
                  "within {most}."),
               VALUES(report_count(view, "count", "durations.whole_s.count", whole->count),
                      report_seconds(view, "median", "durations.whole_s.median", whole->median),
                      report_seconds(view, "most", "durations.whole_s.p90", whole->nine_tenths)));
    report_say_soft(view,
                    N_("We give medians: a mean follows the few longest ones. The mean time to "
                       "recover was {mean}."),
                    VALUES(seconds_of(view, "mean", "mttr_s", availability_mean_s(&sum->figures))));
    report_say_few(view, sum->few);
}

void report_part_durations(const struct report_view *view, const struct report_duration *durations,
                           const struct report_sum *sum)
{
    size_t most = 0;
    if (!durations->whole_s.count)
        return;
    report_split_open(view, "len-h", N_("How long interruptions last"));
    say_durations(view, durations, sum);
    report_split_turn(view);
    report_bars_open(view);
    for (size_t i = 0; i <= REPORT_DURATION_BOUNDS; i++)
        most = durations->classes[i] > most ? durations->classes[i] : most;
    for (size_t i = 0; i <= REPORT_DURATION_BOUNDS; i++)
        report_bar(view, report_range(view, report_duration_bounds_s, REPORT_DURATION_BOUNDS, i),
                   report_count(view, "", report_of_row(view, "durations.classes", i, "count"),
                                durations->classes[i]),
                   durations->classes[i], most);
    report_bars_close(view);
    report_split_close(view);
}

/* ---- worst windows ---- */

void report_part_worst(const struct report_view *view, const int64_t *worst_s)
{
    static const char *const labels[] = {N_("Worst hour"), N_("Worst day"), N_("Worst seven days"),
                                         N_("Worst thirty days"), N_("Worst year")};
    _Static_assert(ARRAY_LEN(labels) == AVAILABILITY_WINDOWS, "one label per window");
    struct buffer *out = view->sheet->out;
    size_t row = 0;
    part_open(view->sheet, "worst-h", N_("The worst stretches"));
    report_say(view, N_("The most that one service was unavailable in any stretch so long:"), NULL);
    html_raw(out, "<dl class=\"kv facts\">\n");
    for (size_t i = 0; i < AVAILABILITY_WINDOWS; i++) {
        if (worst_s[i] < 0)
            continue;
        struct word_value value = report_seconds(
            view, "", report_of_row(view, "worst_windows", row++, "down_s"), worst_s[i]);
        html_raw(out, "<dt>");
        sheet_say(view->sheet, labels[i], NULL);
        html_raw(out, "</dt><dd>");
        sheet_value(view->sheet, &value);
        html_raw(out, "</dd>\n");
    }
    html_raw(out, "</dl>\n");
    part_close(view->sheet);
}

/* ---- what hosters said ---- */

static void say_explained(const struct report_view *view, const struct report_words *words)
{
    report_say(view,
               N_("Of {outages} that began in the year, hosters explained {explained} and dispute "
                  "{disputed}. Causes are those that they give: what nobody explained has none."),
               VALUES(report_count(view, "outages", "words.outages", words->outages),
                      report_count(view, "explained", "words.explained", words->explained),
                      report_count(view, "disputed", "words.disputed", words->disputed)));
}

void report_part_words(const struct report_view *view, const struct report_words *words)
{
    size_t most = 0;
    if (!words->outages)
        return;
    report_split_open(view, "why-h", N_("What failed, in the hosters’ words"));
    say_explained(view, words);
    report_say_few(view, words->outages < REPORT_FEW);
    report_split_turn(view);
    for (size_t i = 0; i < words->cause_count; i++)
        most = words->causes[i].count > most ? words->causes[i].count : most;
    if (words->cause_count)
        report_bars_open(view);
    for (size_t i = 0; i < words->cause_count; i++)
        report_bar(view,
                   sheet_text(view->sheet, annotation_cause_text(words->causes[i].word), NULL),
                   report_count(view, "", report_of_row(view, "words.causes", i, "count"),
                                words->causes[i].count),
                   words->causes[i].count, most);
    if (words->cause_count)
        report_bars_close(view);
    else
        report_say(view, N_("No cause was given."), NULL);
    report_split_close(view);
}

/* ---- IPv6, answers ---- */

void report_part_ipv6(const struct report_view *view, const struct report_share *published,
                      const struct report_share *working)
{
    if (!published->of) {
        report_figure(view, word_plain("", "IPv6"), N_("not measured"), NULL);
        return;
    }
    report_figure_few(
        view, published->of < REPORT_FEW,
        report_phrase(view, "ipv6.published", published->so,
                      sheet_text_plural(view->sheet, "{n} service with IPv6",
                                        "{n} services with IPv6", (int64_t)published->so, NULL)),
        N_("published, of {known} that are known; it works for {working} of them"),
        VALUES(report_count(view, "known", "ipv6.known", published->of),
               report_count(view, "working", "ipv6.working", working->so)));
}

void report_part_answers(const struct report_view *view, const struct report_answers *answers)
{
    bool few = answers->count < REPORT_FEW_ANSWERS;
    struct word_value p95 = report_ms(view, "p95", "answers.p95_ms", answers->p95),
                      count = report_count(view, "count", "answers.count", answers->count),
                      median = report_ms(view, "", "answers.p50_ms", answers->p50);
    if (!answers->count)
        report_figure(view, word_plain("", sheet_text(view->sheet, N_("Response time"), NULL)),
                      N_("not measured"), NULL);
    else if (answers->p99 > 0)
        report_figure(view, median,
                      N_("or less for half of {count} answers; 95% within {p95}, 99% within {p99}"),
                      VALUES(count, p95, report_ms(view, "p99", "answers.p99_ms", answers->p99)));
    else
        report_figure_few(view, few, median,
                          N_("or less for half of {count} answers; 95% within {p95}"),
                          VALUES(count, p95));
}

/* ---- declared use ---- */

static void figure_told(const struct report_view *view, const char *member,
                        const struct report_told *told, const char *phrase)
{
    if (!told->services)
        return;
    report_figure_few(
        view, told->services < REPORT_FEW,
        report_phrase(view, report_of_member(view, report_of_member(view, "usage", member), "sum"),
                      (size_t)told->sum, phrase),
        N_("as the software says of itself (services: {services}); nobody has verified it"),
        VALUES(report_count(
            view, "services",
            report_of_member(view, report_of_member(view, "usage", member), "services"),
            told->services)));
}

void report_part_use(const struct report_view *view, const struct report_use *use)
{
    struct sheet *sheet = view->sheet;
    figure_told(view, "users_active_month", &use->month,
                sheet_text_plural(sheet, "{n} account active in thirty days",
                                  "{n} accounts active in thirty days", use->month.sum, NULL));
    figure_told(view, "users_active_halfyear", &use->halfyear,
                sheet_text_plural(sheet, "{n} account active in six months",
                                  "{n} accounts active in six months", use->halfyear.sum, NULL));
    figure_told(view, "users_total", &use->total,
                sheet_text_plural(sheet, "{n} account", "{n} accounts", use->total.sum, NULL));
}

/* ---- notices ---- */

void report_part_notices(const struct report_view *view)
{
    struct sheet *sheet = view->sheet;
    const struct report *report = view->report;
    report_standing(view);
    if (!report->partial)
        return;
    html_raw(sheet->out, "<p class=\"mark\"><strong>");
    sheet_say(sheet, N_("Part of a year."), NULL);
    html_raw(sheet->out, "</strong> ");
    sheet_say(sheet, N_("The year is told of up to {date} only."),
              VALUES(sheet_date(sheet, "date", report->to - 1)));
    html_raw(sheet->out, "</p>\n");
}

/* ---- limits ---- */

void report_part_limits(const struct report_view *view)
{
    method_limits(view->sheet,
                  N_("Not measured over the year: signed domain names (DNSSEC) and DANE. Who uses "
                     "the services is known to their hosters alone; what is told of their use is "
                     "what their software says."));
}

/* ---- files ---- */

static void write_file(const struct report_view *view, const char *name, const char *about)
{
    struct sheet *sheet = view->sheet;
    html_raw(sheet->out, "<li><a");
    html_href(sheet->out, arena_printf(&sheet->arena, "%s" PAGE_REPORT_DATA "%d/%s", sheet->root,
                                       view->report->year, name));
    html_raw(sheet->out, ">");
    html_text(sheet->out, name);
    html_raw(sheet->out, "</a>");
    if (about) {
        html_raw(sheet->out, "<br>");
        sheet_say(sheet, about, NULL);
    }
    html_raw(sheet->out, "</li>\n");
}

static void write_files(const struct report_view *view)
{
    struct sheet *sheet = view->sheet;
    size_t count;
    const struct report_table *tables = report_tables(&count);
    html_raw(sheet->out, "<ul class=\"files many\">\n");
    write_file(view, "datapackage.json", NULL);
    write_file(view, arena_printf(&sheet->arena, "report-%d.json", view->report->year),
               N_("every figure of the report"));
    for (size_t i = 0; i < count; i++)
        write_file(view,
                   arena_printf(&sheet->arena, "%s-%d.csv", tables[i].name, view->report->year),
                   tables[i].about);
    html_raw(sheet->out, "</ul>\n");
}

/* Of this page on the site, for who has it on paper. */
static void say_address(const struct report_view *view)
{
    struct sheet *sheet = view->sheet;
    const char *address =
        arena_printf(&sheet->arena, "%s" PAGE_REPORT_DATA "%d/", sheet->top, view->report->year);
    part_say(sheet, N_("It stands at {address}"), VALUES(word_link("address", address, address)));
}

void report_part_files(const struct report_view *view)
{
    struct sheet *sheet = view->sheet;
    const struct format *format = &sheet->format;
    part_open(sheet, "open-h", N_("Open data, and how to cite"));
    part_say(sheet,
             N_("Everybody may make these figures again from the tables, under the {licence}:"),
             VALUES(word_link("licence", OPEN_PACKAGE_LICENCE_NAME, OPEN_PACKAGE_LICENCE_URL)));
    write_files(view);
    part_say(
        sheet,
        N_("{name}, transparency report {year}, as known on {date}, method version {version}."),
        VALUES(word_plain("name", sheet->page->collective->name),
               word_plain("year", arena_printf(&sheet->arena, "%d", view->report->year)),
               sheet_date(sheet, "date", view->report->as_of),
               word_plain("version", format_count(format, METHOD_VERSION))));
    if (sheet->top)
        say_address(view);
    part_close(sheet);
}

#include "page_report.h"

#include "block.h"
#include "frame.h"
#include "macros.h"
#include "part.h"
#include "report_part.h"
#include "report_standing.h"

#include <string.h>

enum { TOLD_MOST = 40 }; /* outages on a page; the tables have all */

const char *page_report_hosters_path(const struct report *report, const char *hoster,
                                     struct arena *arena)
{
    const char *path = page_report_path(report, arena);
    return arena_printf(arena, "%sh/%s%s", path, hoster ? hoster : "", hoster ? "/" : "");
}

static struct word_value year_of(const struct report_view *view)
{
    return word_plain("year", arena_printf(&view->sheet->arena, "%d", view->report->year));
}

static const char *hoster_name(const struct report_view *view, const struct report_hoster *member)
{
    return block_hoster_name(view->sheet, member->hoster);
}

static const char *declared_kind(const struct report_view *view, const struct report_hoster *member)
{
    const char *kind = wording_in(&member->hoster->kind, view->sheet->words.language);
    return *kind ? kind : sheet_text(view->sheet, N_("nothing declared"), NULL);
}

/* ---- the list ---- */

static void say_measured(const struct report_view *view, const struct report_hoster *member,
                         const char *counted, const char *not_counted)
{
    sheet_say(view->sheet, member->counted ? counted : not_counted,
              VALUES(report_seconds(view, "measured", "measured_s", member->measured_s)));
}

static bool declares_hosting(const struct report_hoster *member)
{
    return member->hosting_count > 1 ||
           (member->hosting_count == 1 &&
            strcmp(member->hosting[0].word, hosting_words[HOSTING_UNKNOWN]) != 0);
}

/* "at home (2), nothing declared (1)" */
static void write_hosting(const struct report_view *view, const struct report_hoster *member)
{
    struct sheet *sheet = view->sheet;
    if (!declares_hosting(member))
        html_text(sheet->out, block_hosting(sheet, hosting_words[HOSTING_UNKNOWN]));
    for (size_t i = 0; declares_hosting(member) && i < member->hosting_count; i++) {
        if (i)
            html_raw(sheet->out, ", ");
        sheet_say(sheet, N_("{where} ({count})"),
                  VALUES(word_plain("where", block_hosting(sheet, member->hosting[i].word)),
                         report_count(view, "count", report_of_row(view, "hosting", i, "count"),
                                      member->hosting[i].count)));
    }
}

static void write_entry(const struct report_view *view, const struct report_hoster *member)
{
    struct sheet *sheet = view->sheet;
    html_raw(sheet->out, "<dt><a");
    html_href(sheet->out, arena_printf(&sheet->arena, "%s/", member->hoster->id));
    html_raw(sheet->out, ">");
    html_text(sheet->out, hoster_name(view, member));
    html_raw(sheet->out, "</a></dt><dd>");
    html_text(sheet->out, declared_kind(view, member));
    html_raw(sheet->out, " · ");
    if (declares_hosting(member)) {
        write_hosting(view, member);
        html_raw(sheet->out, " · ");
    }
    say_measured(view, member, N_("measured for {measured}"),
                 N_("not counted: measured for {measured}, less than half of the time"));
    html_raw(sheet->out, "</dd>\n");
}

void page_report_hosters(const struct page *page, const struct report *report, struct buffer *out)
{
    struct sheet sheet;
    struct report_view view = {.sheet = &sheet, .report = report, .at = ""};
    report_view_open(&view, page, out, "../../../../");
    const char *title = sheet_text(&sheet, N_("The hosters in {year}"), VALUES(year_of(&view)));
    const struct frame_step steps[] = {
        {sheet_text(&sheet, N_("Our services in {year}"), VALUES(year_of(&view))), "../"},
        {sheet_text(&sheet, N_("Hosters"), NULL), NULL},
        {NULL, NULL}};
    frame_open(&sheet, &(struct frame){.title = title,
                                       .description = title,
                                       .path = page_report_hosters_path(report, NULL, &sheet.arena),
                                       .steps = steps,
                                       .home = "../"});
    html_raw(out, "<section>\n<h1>");
    html_text(out, title);
    html_raw(out, "</h1>\n");
    report_part_notices(&view);
    part_say(
        &sheet,
        N_("In the order of their ids, with what they declare of themselves. The figures stand "
           "in the report of each, with its explanations: this is no list to compare by."),
        NULL);
    html_raw(out, "<dl class=\"months\">\n");
    for (size_t i = 0; i < report->member_count; i++) {
        view.at = arena_printf(&sheet.arena, "members.%zu.", i);
        write_entry(&view, &report->members[i]);
    }
    html_raw(out, "</dl>\n</section>\n");
    frame_close(&sheet);
    sheet_close(&sheet);
}

/* ---- one hoster ---- */

static void write_title(const struct report_view *view, const struct report_hoster *member,
                        const char *title)
{
    struct sheet *sheet = view->sheet;
    html_raw(sheet->out, "<section>\n<h1>");
    html_text(sheet->out, title);
    html_raw(sheet->out, "</h1>\n");
    report_part_notices(view);
    html_raw(sheet->out, "<p class=\"lead\">");
    if (member->sum.services)
        sheet_say(
            sheet,
            N_("Unavailable for {down} in the year, each service on average; {coverage} of the "
               "time was measured."),
            VALUES(report_seconds(view, "down", "sum.down_each_s", member->sum.down_each_s),
                   report_share(view, "coverage", "sum.coverage",
                                availability_coverage_e5(&member->sum.figures))));
    else
        sheet_say(sheet, N_("Nothing was measured in the year."), NULL);
    html_raw(sheet->out, "</p>\n<p>");
    sheet_say(sheet, N_("Kind of hoster, as it declares: {kind}."),
              VALUES(word_plain("kind", declared_kind(view, member))));
    if (member->hosting_count) {
        html_raw(sheet->out, "</p>\n<p>");
        sheet_say(sheet, N_("Where its services stand, as it declares:"), NULL);
        html_raw(sheet->out, " ");
        write_hosting(view, member);
    }
    html_raw(sheet->out, "</p>\n<p>");
    say_measured(view, member, N_("Measured for {measured}: it counts in the collective’s report."),
                 N_("Measured for {measured}, less than half of the time: it does not count in the "
                    "collective’s report."));
    html_raw(sheet->out, "</p>\n</section>\n");
}

static void write_figures(const struct report_view *view, const struct report_hoster *member)
{
    if (!member->sum.services)
        return;
    part_open(view->sheet, "year-h", N_("The year in figures"));
    report_figures_open(view);
    report_part_sum(view, &member->sum);
    report_part_ipv6(view, &member->ipv6_published, &member->ipv6_working);
    report_part_answers(view, &member->answers);
    report_part_use(view, &member->use);
    report_figures_close(view);
    part_close(view->sheet);
    report_part_durations(view, &member->durations, &member->sum);
    report_part_words(view, &member->words);
    report_part_worst(view, member->worst_s);
}

/* ---- what is said of its outages ---- */

static size_t notes_of(const struct report_view *view, const struct report_service *service,
                       const struct report_outage *outage, const struct annotation **ret)
{
    const struct history *history = view->page.history;
    return history->annotations(history->owner, service->service->key, outage->from,
                                &view->sheet->arena, ret);
}

static void write_notes(const struct report_view *view, const struct annotation *notes,
                        size_t count)
{
    static const char *const labels[] = {
        [ANNOTATION_NOTE] = N_("Explained:"), [ANNOTATION_DISPUTE] = N_("Disputed:")};
    struct sheet *sheet = view->sheet;
    for (size_t i = 0; i < count; i++) {
        if (notes[i].recorded_ms / 1000 > view->report->as_of)
            continue;
        html_raw(sheet->out, "<p>");
        sheet_say(sheet, labels[notes[i].kind], NULL);
        html_raw(sheet->out, " ");
        block_quote(sheet, &notes[i].said);
        html_raw(sheet->out, "</p>\n");
    }
}

static void write_outage(const struct report_view *view, const struct report_service *service,
                         const struct report_outage *outage)
{
    struct sheet *sheet = view->sheet;
    const struct annotation *notes;
    size_t count = notes_of(view, service, outage, &notes);
    html_raw(sheet->out, "<dt>");
    html_text(sheet->out, block_service_name(sheet, service->service));
    html_raw(sheet->out, "</dt><dd><p>");
    sheet_say(sheet,
              outage->over ? N_("{date}, {clock}: unavailable for {duration}: {reason}.")
                           : N_("{date}, {clock}: unavailable for {duration}, and then we do not "
                                "know: {reason}."),
              VALUES(sheet_date(sheet, "date", outage->from),
                     word_plain("clock", format_clock(&sheet->format, outage->from)),
                     word_plain("duration", report_duration_text(view, outage->to - outage->from)),
                     word_plain("reason", block_reason(sheet, outage->reason))));
    html_raw(sheet->out, "</p>\n");
    write_notes(view, notes, count);
    html_raw(sheet->out, "</dd>\n");
}

/* Those of which something is said, by service, in the order of time. */
static void write_said(const struct report_view *view, const struct report_hoster *member)
{
    size_t told = 0, left = 0;
    for (size_t i = 0; i < member->service_count; i++) {
        const struct report_service *service = member->services[i];
        for (size_t j = 0; j < service->outage_count; j++) {
            const struct report_outage *outage = &service->outages[j];
            if (!outage->notes && !outage->disputes)
                continue;
            if (told == TOLD_MOST) {
                left++;
                continue;
            }
            if (told++ == 0) {
                part_open(view->sheet, "said-h", N_("What the hoster says of them"));
                html_raw(view->sheet->out, "<dl class=\"said\">\n");
            }
            write_outage(view, service, outage);
        }
    }
    if (!told)
        return;
    html_raw(view->sheet->out, "</dl>\n");
    if (left)
        sheet_say_plural(view->sheet, "{n} more is in the table of interruptions.",
                         "{n} more are in the table of interruptions.", (int64_t)left, NULL);
    part_close(view->sheet);
}

/* ---- its services ---- */

static void write_service(const struct report_view *view, const struct report_service *service)
{
    struct sheet *sheet = view->sheet;
    const struct availability *year = &service->year;
    bool known = service->from < service->to;
    int64_t apart = year->tally.down - year->excluded.down;
    const char *unknown = sheet_text(sheet, N_("not measured"), NULL);
    const struct word_value cells[] = {
        word_plain("", block_hosting(sheet, hosting_words[service->service->hosting])),
        word_plain("", known ? report_duration_text(view, apart) : unknown),
        word_plain("", known ? format_count(&sheet->format, (int64_t)year->outages) : unknown),
        word_plain("", known ? format_percent(&sheet->format, availability_coverage_e5(year), 2)
                             : unknown),
    };
    const char *name = block_service_name(sheet, service->service);
    report_table_row(view,
                     report_counts(service->service)
                         ? name
                         : sheet_text(sheet, N_("{service} (shown, not counted)"),
                                      VALUES(word_plain("service", name))),
                     cells, ARRAY_LEN(cells));
}

static void write_services(const struct report_view *view, const struct report_hoster *member)
{
    static const char *const labels[] = {N_("Service"),
                                         N_("Where it stands, as declared"),
                                         N_("Unavailable, maintenance apart"),
                                         N_("Interruptions"),
                                         N_("Measured"),
                                         NULL};
    if (!member->service_count)
        return;
    part_open(view->sheet, "services-h", N_("Its services"));
    report_table_open(view, N_("Figures of its services"), labels);
    for (size_t i = 0; i < member->service_count; i++)
        write_service(view, member->services[i]);
    report_table_close(view);
    part_close(view->sheet);
}

void page_report_hoster(const struct page *page, const struct report *report, size_t index,
                        struct buffer *out)
{
    struct sheet sheet;
    const struct report_hoster *member = &report->members[index];
    struct report_view view = {.sheet = &sheet, .report = report};
    report_view_open(&view, page, out, "../../../../../");
    view.at = arena_printf(&sheet.arena, "members.%zu.", index);
    const char *name = hoster_name(&view, member);
    const char *title = sheet_text(&sheet, N_("{name} in {year}"),
                                   VALUES(word_plain("name", name), year_of(&view)));
    const struct frame_step steps[] = {
        {sheet_text(&sheet, N_("Our services in {year}"), VALUES(year_of(&view))), "../../"},
        {sheet_text(&sheet, N_("Hosters"), NULL), "../"},
        {name, NULL},
        {NULL, NULL}};
    frame_open(&sheet, &(struct frame){.title = title,
                                       .description = title,
                                       .path = page_report_hosters_path(report, member->hoster->id,
                                                                        &sheet.arena),
                                       .steps = steps,
                                       .home = "../../"});
    write_title(&view, member, title);
    report_standing_comments(&view, member->hoster);
    write_figures(&view, member);
    write_services(&view, member);
    write_said(&view, member);
    report_part_limits(&view);
    report_part_files(&view);
    frame_close(&sheet);
    sheet_close(&sheet);
}

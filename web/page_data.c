#include "page.h"

#include "block.h"
#include "frame.h"
#include "infos.h"
#include "macros.h"
#include "method.h"
#include "open_package.h"
#include "open_usage.h"
#include "own_field.h"
#include "page_report.h"
#include "part.h"

#include <string.h>

/* ---- files ---- */

static const struct group {
    const char *id, *title, *about;
} groups[OUTPUT_GROUPS] = {
    [OUTPUT_TABLES] = {"tables", N_("Tables"),
                       N_("CSV in UTF-8, with commas, a head line and whole seconds; a cell that a "
                          "spreadsheet would take for a formula begins with an apostrophe. Whole "
                          "days alone: today is in none of them but those of use.")},
    [OUTPUT_OWN_API] = {"api", N_("Programming interface"),
                        N_("JSON for programs, described by an OpenAPI file. Any site may read "
                           "it.")},
    [OUTPUT_STATUS_API] = {"api-v2", N_("In the form of Statuspage"),
                           N_("The same states for programs that read status pages already.")},
    [OUTPUT_FEEDS] = {"feeds", N_("Feeds"),
                      N_("One entry for each interruption, changed when more is known of it.")},
    [OUTPUT_BADGES] =
        {"badges", N_("Badges"),
         N_("For one’s own pages. They tell the state, also when it is not known, and "
            "follow nobody.")},
    [OUTPUT_INFOS] = {"chatonsinfos", N_("In the form of ChatonsInfos"),
                      N_("Our figures as properties files, where the address of this site is "
                         "configured: months since the record began, weeks and days of this year "
                         "and the last. What is not known is left empty, and today is in none of "
                         "them. Keys: metrics.uptime.availability, .coverage, .outages, .down and "
                         ".latency.")},
};

/* What lies beside the outputs: who serves the pages makes it, or it never changes. */
static const struct {
    const char *path, *about;
    bool is_served; /* by the monitor itself, and not there in a folder */
} others[] = {
    {"api/v1/openapi.json", N_("what these addresses answer, as an OpenAPI file"), false},
    {"healthz", N_("whether measurements are fresh: 200, or 503 and the reason"), true},
    {"metrics", N_("metrics of the monitor and of all checks, in OpenMetrics"), true},
};

/* What stands for {key} in an address. */
static const char *key_name(struct sheet *sheet, enum output_scope scope)
{
    if (scope == OUTPUT_HOSTER)
        return sheet_text(sheet, N_("HOSTER"), NULL);
    return sheet_text(sheet, N_("HOSTER/SERVICE"), NULL);
}

static void write_file(struct sheet *sheet, const char *shown, const char *example,
                       const char *about)
{
    struct buffer *out = sheet->out;
    html_raw(out, "<li>");
    if (example) {
        html_raw(out, "<a");
        html_href(out, arena_printf(&sheet->arena, "%s%s", sheet->root, example));
        html_raw(out, ">");
    }
    html_raw(out, "<code>/");
    html_text(out, shown);
    html_raw(out, "</code>");
    if (example)
        html_raw(out, "</a>");
    html_raw(out, "<br>");
    sheet_say(sheet, about, NULL);
    html_raw(out, "</li>\n");
}

/* One that is there, so that its link leads somewhere; NULL where there is nobody to show. */
static const char *example_of(struct sheet *sheet, const struct output *output)
{
    const struct collective *collective = sheet->page->collective;
    struct output_subject subject = {0};
    if (output->scope == OUTPUT_HOSTER && collective->hoster_count)
        subject.hoster = &collective->hosters[0];
    if (output->scope == OUTPUT_SERVICE && collective->service_count)
        subject.service = collective->services[0];
    if (output_scope_of(subject) != output->scope ||
        (output->group == OUTPUT_INFOS && !infos_have_address(sheet->page)))
        return NULL;
    return output_path(output, output_key(subject), sheet->words.language, &sheet->arena);
}

static void write_output(struct sheet *sheet, const struct output *output)
{
    const char *shown = output_path(output, key_name(sheet, output->scope),
                                    sheet_text(sheet, N_("LANGUAGE"), NULL), &sheet->arena);
    write_file(sheet, shown, example_of(sheet, output), output->about);
}

/* ---- fields ---- */

static void open_fields(struct sheet *sheet, const char *summary)
{
    html_raw(sheet->out, "<details><summary>");
    sheet_say(sheet, summary, NULL);
    html_raw(sheet->out, "</summary>\n<dl class=\"terms\">\n");
}

static void write_field(struct sheet *sheet, const char *name, const char *description)
{
    html_raw(sheet->out, "<dt><code>");
    html_text(sheet->out, name);
    html_raw(sheet->out, "</code></dt><dd>");
    sheet_say(sheet, description, NULL);
    html_raw(sheet->out, "</dd>\n");
}

static void write_columns(struct sheet *sheet)
{
    size_t count;
    const struct open_column *columns = open_table_columns(&count);
    open_fields(sheet, N_("What the columns mean"));
    for (size_t i = 0; i < count; i++)
        write_field(sheet, columns[i].type == OPEN_PERIOD ? "day, month, year" : columns[i].name,
                    columns[i].description);
    html_raw(sheet->out, "</dl></details>\n");
    const struct open_field *fields = open_usage_fields(&count);
    open_fields(sheet, N_("What the columns of the tables of use mean"));
    for (size_t i = 0; i < count; i++)
        write_field(sheet, fields[i].name, fields[i].description);
    html_raw(sheet->out, "</dl></details>\n");
}

static void write_members(struct sheet *sheet)
{
    size_t count;
    const struct own_field *fields = own_fields(&count);
    open_fields(sheet, N_("What the members mean"));
    for (size_t i = 0; i < count; i++)
        write_field(sheet, fields[i].name, fields[i].description);
    html_raw(sheet->out, "</dl>\n");
    part_say(sheet, N_("All others mean what the columns of that name mean."), NULL);
    html_raw(sheet->out, "</details>\n");
}

static void write_group(struct sheet *sheet, enum output_group group)
{
    size_t count;
    const struct output *rows = outputs(&count);
    part_open(sheet, groups[group].id, groups[group].title);
    part_say(sheet, groups[group].about, NULL);
    html_raw(sheet->out, "<ul class=\"files\">\n");
    for (size_t i = 0; i < count; i++)
        if (rows[i].group == group)
            write_output(sheet, &rows[i]);
    for (size_t i = 0; group == OUTPUT_OWN_API && i < ARRAY_LEN(others); i++)
        write_file(sheet, others[i].path, others[i].is_served ? NULL : others[i].path,
                   others[i].about);
    html_raw(sheet->out, "</ul>\n");
    if (group == OUTPUT_TABLES)
        write_columns(sheet);
    if (group == OUTPUT_OWN_API)
        write_members(sheet);
    part_close(sheet);
}

/* ---- how to use them ---- */

static void write_use(struct sheet *sheet)
{
    const struct collective *collective = sheet->page->collective;
    part_open(sheet, "use", N_("Licence, and how to cite"));
    part_say(sheet,
             N_("Everybody may use these data, also for money, under the {licence}: name the "
                "source and the day on which they were taken, and do not suggest that the "
                "source vouches for what is made of them."),
             VALUES(word_link("licence", OPEN_PACKAGE_LICENCE_NAME, OPEN_PACKAGE_LICENCE_URL)));
    html_raw(sheet->out, "<blockquote><p>");
    sheet_say(
        sheet,
        N_("{name}, availability of the services, measured by vibrisse from {vantage}, method "
           "version {version}, as of {date}."),
        VALUES(word_plain("name", collective->name), word_plain("vantage", collective->vantage),
               word_plain("version", format_count(&sheet->format, METHOD_VERSION)),
               sheet_date(sheet, "date", sheet->page->now)));
    html_raw(sheet->out, "</p></blockquote>\n");
    part_say(sheet,
             N_("An availability is told with its coverage and its bounds, and never averaged: "
                "add up the seconds instead. Do not rank hosters by it; {why}."),
             VALUES(word_link("why", sheet_text(sheet, N_("the method says why"), NULL),
                              arena_printf(&sheet->arena, "%smethod/#lim-h", sheet->top))));
    part_close(sheet);
}

static void write_check(struct sheet *sheet)
{
    part_open(sheet, "check", N_("How to check them"));
    part_say(
        sheet,
        N_("availability = up_s / (up_s + down_s); coverage = (up_s + down_s) / (up_s + down_s + "
           "unknown_s). The rules: {availability}, {coverage}, {bounds}."),
        VALUES(word_link("availability", sheet_text(sheet, N_("availability"), NULL),
                         method_address(sheet, METHOD_AVAILABILITY)),
               word_link("coverage", sheet_text(sheet, N_("coverage"), NULL),
                         method_address(sheet, METHOD_COVERAGE)),
               word_link("bounds", sheet_text(sheet, N_("bounds"), NULL),
                         method_address(sheet, METHOD_BOUNDS))));
    part_say(sheet,
             N_("Days add up to months, and months to years, in every column of seconds and "
                "in the number of interruptions. Whoever has the record itself counts each "
                "row again with the same program:"),
             NULL);
    html_raw(sheet->out, "<pre><code>vibrisse availability -c FILE --data DIR --from FROM --to TO "
                         "--json</code></pre>\n");
    part_close(sheet);
}

static void write_freshness(struct sheet *sheet)
{
    part_open(sheet, "fresh", N_("How fresh they are"));
    part_say(sheet,
             N_("A file is written when what it tells changes: states and feeds within "
                "seconds, tables after midnight ({zone}). When measurements stop, the pages "
                "say so after three intervals ({wait}), and /healthz answers 503; documents of "
                "the API say when was measured last."),
             VALUES(word_plain("zone", sheet->page->collective->timezone),
                    sheet_duration(sheet, "wait", 3 * sheet->page->interval_ms / 1000)));
    part_close(sheet);
}

/* ---- yearly reports ---- */

static void write_yearbook(struct sheet *sheet, const struct page_yearbook *yearbook)
{
    const char *year = arena_printf(&sheet->arena, "%d", yearbook->year);
    html_raw(sheet->out, "<li><a");
    html_href(sheet->out,
              arena_printf(&sheet->arena, "%s" PAGE_REPORT_DATA "%s/", sheet->top, year));
    html_raw(sheet->out, ">");
    html_text(sheet->out, year);
    html_raw(sheet->out, "</a><br>");
    if (yearbook->comments_until)
        sheet_say(sheet, N_("draft: comments until {date}"),
                  VALUES(sheet_date(sheet, "date", yearbook->comments_until)));
    else
        sheet_say(sheet,
                  yearbook->corrected ? N_("final and corrected, as known on {date}")
                                      : N_("final, as known on {date}"),
                  VALUES(sheet_date(sheet, "date", yearbook->as_of)));
    html_raw(sheet->out, "</li>\n");
}

static void write_yearbooks(struct sheet *sheet)
{
    const struct page *page = sheet->page;
    if (!page->yearbook_count)
        return;
    part_open(sheet, "reports", N_("Yearly reports"));
    part_say(sheet,
             N_("What each year was like, for all and for each hoster; whoever likes makes every "
                "figure again from the tables beside it."),
             NULL);
    html_raw(sheet->out, "<ul class=\"files\">\n");
    for (size_t i = 0; i < page->yearbook_count; i++)
        write_yearbook(sheet, &page->yearbooks[i]);
    html_raw(sheet->out, "</ul>\n");
    part_close(sheet);
}

void page_data(const struct page *page, struct buffer *out)
{
    static const struct frame frame = {
        .title = N_("Open data"),
        .description = N_("All figures of these pages, for programs and for reuse."),
        .path = "data/",
        .tab = FRAME_DATA,
        .tab_is_page = true,
    };
    struct sheet sheet;
    part_open_page(&sheet, page, &frame, out);
    part_lead(&sheet,
              N_("Everything that these pages show, to be taken and used. Each address below leads "
                 "to an example."),
              NULL);
    frame_measured(&sheet, page->history->measured(page->history->owner));
    html_raw(out, "</section>\n");
    write_yearbooks(&sheet);
    for (enum output_group group = 0; group < OUTPUT_GROUPS; group++)
        write_group(&sheet, group);
    write_use(&sheet);
    write_check(&sheet);
    write_freshness(&sheet);
    frame_close(&sheet);
    sheet_close(&sheet);
}

#include "page.h"

#include "block.h"
#include "frame.h"
#include "macros.h"
#include "part.h"
#include "register_log.h"

enum { ROWS_MAX = 250 };

static bool is_fine(const struct register_entry *entry)
{
    return entry->state < REGISTER_KEPT && !entry->unread && !entry->errors && !entry->warnings;
}

/* ---- cells ---- */

static void say_reason(struct sheet *sheet, const struct register_entry *entry)
{
    const char *reason = entry->reason == REASON_ok
                             ? sheet_text(sheet, N_("what came is no good file"), NULL)
                             : block_reason(sheet, entry->reason);
    if (entry->state == REGISTER_KEPT)
        sheet_say(sheet, N_("taken as it was on {date}: {reason}"),
                  VALUES(sheet_date(sheet, "date", entry->good), word_plain("reason", reason)));
    else
        sheet_say(sheet, N_("could not be read: {reason}"), VALUES(word_plain("reason", reason)));
    if (entry->reason == REASON_http_status && entry->status) {
        html_raw(sheet->out, " (");
        html_number(sheet->out, entry->status);
        html_raw(sheet->out, ")");
    }
}

static void say_read(struct sheet *sheet, const struct register_entry *entry)
{
    if (entry->state >= REGISTER_KEPT)
        say_reason(sheet, entry);
    else if (entry->unread)
        sheet_say_plural(sheet, "read; {n} of {total} files could not be",
                         "read; {n} of {total} files could not be", entry->unread,
                         VALUES(word_plain("total", format_count(&sheet->format, entry->files))));
    else if (entry->state == REGISTER_UNCHANGED)
        sheet_say(sheet, N_("read, unchanged"), NULL);
    else
        sheet_say(sheet, N_("read, new or changed"), NULL);
}

static void say_findings(struct sheet *sheet, const struct register_entry *entry)
{
    const char *list[3];
    size_t count = 0;
    if (entry->errors)
        list[count++] = sheet_text_plural(sheet, "{n} error", "{n} errors", entry->errors, NULL);
    if (entry->warnings)
        list[count++] =
            sheet_text_plural(sheet, "{n} warning", "{n} warnings", entry->warnings, NULL);
    if (entry->notices)
        list[count++] =
            sheet_text_plural(sheet, "{n} suggestion", "{n} suggestions", entry->notices, NULL);
    for (size_t i = 0; i < count; i++) {
        html_text(sheet->out, i ? ", " : "");
        html_text(sheet->out, list[i]);
    }
    if (!count)
        sheet_say(sheet, N_("none"), NULL);
}

static const char *or_nothing(const char *text)
{
    return text ? text : "";
}

/* The catalogue has the sentence: it is that of a row of the file checker. */
static void say_worst(struct sheet *sheet, const struct register_entry *entry)
{
    if (!entry->sentence || !entry->in) {
        html_raw(sheet->out, "—");
        return;
    }
    const char *sentence = sheet_text(sheet, entry->sentence,
                                      VALUES(word_plain("key", or_nothing(entry->key)),
                                             word_plain("value", or_nothing(entry->value)),
                                             word_plain("other", or_nothing(entry->other))));
    const char *line = sheet_text(
        sheet, N_("line {n}"), VALUES(word_plain("n", format_count(&sheet->format, entry->line))));
    sheet_say(sheet, N_("{line}: {sentence}"),
              VALUES(html_is_web_address(entry->in) ? word_link("line", line, entry->in)
                                                    : word_plain("line", line),
                     word_plain("sentence", sentence)));
}

/* ---- rows ---- */

static void open_cell(struct sheet *sheet, const char *label)
{
    html_raw(sheet->out, "<td");
    sheet_attr(sheet, "data-l", label);
    html_raw(sheet->out, "><span>");
}

static void close_cell(struct sheet *sheet)
{
    html_raw(sheet->out, "</span></td>");
}

static const char *name_of(struct sheet *sheet, const struct register_entry *entry)
{
    return entry->name ? entry->name : block_host(sheet, entry->url);
}

/* The name leads to the hoster's page where there is one. */
static void write_name(struct sheet *sheet, const struct register_entry *entry)
{
    const char *name = name_of(sheet, entry);
    bool has_page = entry->id && collective_hoster(sheet->page->collective, entry->id);
    struct word_value page =
        word_link(NULL, name,
                  has_page ? arena_printf(&sheet->arena, "%sh/%s/", sheet->top, entry->id) : NULL);
    if (has_page)
        sheet_value(sheet, &page);
    else
        html_text(sheet->out, name);
    if (!html_is_web_address(entry->url))
        return;
    struct word_value file = word_link(NULL, sheet_text(sheet, N_("file"), NULL), entry->url);
    html_raw(sheet->out, " · ");
    sheet_value(sheet, &file);
}

static void write_row(struct sheet *sheet, const struct register_entry *entry)
{
    html_raw(sheet->out, "<tr><th scope=\"row\"><span>");
    write_name(sheet, entry);
    html_raw(sheet->out, "</span></th>");
    open_cell(sheet, N_("Reading"));
    say_read(sheet, entry);
    close_cell(sheet);
    open_cell(sheet, N_("Findings"));
    say_findings(sheet, entry);
    close_cell(sheet);
    open_cell(sheet, N_("The gravest"));
    say_worst(sheet, entry);
    close_cell(sheet);
    html_raw(sheet->out, "</tr>\n");
}

static void write_head(struct sheet *sheet, const char *first)
{
    const char *const titles[] = {first, N_("Reading"), N_("Findings"), N_("The gravest")};
    html_raw(sheet->out, "<table class=\"stack\"><thead><tr>");
    for (size_t i = 0; i < ARRAY_LEN(titles); i++) {
        html_raw(sheet->out, "<th scope=\"col\">");
        sheet_say(sheet, titles[i], NULL);
        html_raw(sheet->out, "</th>");
    }
    html_raw(sheet->out, "</tr></thead><tbody>\n");
}

/* Of many, those that nothing is to be said of are only counted. */
static void write_entries(struct sheet *sheet, const struct register_log *log, bool federations)
{
    bool crowded = log->count > ROWS_MAX;
    size_t written = 0, left = 0;
    write_head(sheet, federations ? N_("Register") : N_("Member"));
    for (size_t i = 0; i < log->count; i++) {
        const struct register_entry *entry = &log->entries[i];
        if (entry->is_federation != federations)
            continue;
        if ((crowded && is_fine(entry)) || written >= ROWS_MAX) {
            left++;
            continue;
        }
        write_row(sheet, entry);
        written++;
    }
    html_raw(sheet->out, "</tbody></table>\n");
    if (!left)
        return;
    html_raw(sheet->out, "<p>");
    sheet_say_plural(sheet, "{n} more is not shown here.", "{n} more are not shown here.",
                     (int64_t)left, NULL);
    html_raw(sheet->out, "</p>\n");
}

/* ---- parts ---- */

static void write_summary(struct sheet *sheet, const struct register_log *log)
{
    int64_t members = 0;
    for (size_t i = 0; i < log->count; i++)
        members += !log->entries[i].is_federation;
    html_raw(sheet->out, "<p class=\"soft\">");
    sheet_say(sheet, N_("Last read on {date}, {clock}: {files} of {members}."),
              VALUES(sheet_date(sheet, "date", log->at),
                     word_plain("clock", format_clock(&sheet->format, log->at)),
                     word_plain("files", sheet_text_plural(sheet, "{n} file", "{n} files",
                                                           log->files, NULL)),
                     word_plain("members", sheet_text_plural(sheet, "{n} member", "{n} members",
                                                             members, NULL))));
    html_raw(sheet->out, "</p>\n");
}

static void write_correction(struct sheet *sheet)
{
    part_open(sheet, "how-h", N_("How to correct a file"));
    part_say(
        sheet,
        N_("Whoever publishes a file corrects it where it lies: nobody here can. We read all "
           "files again every {interval}; a file that cannot be had is taken as it last was, "
           "and nothing is measured less for it."),
        VALUES(sheet_duration(sheet, "interval", sheet->page->practice->register_every_ms / 1000)));
    part_say(sheet,
             N_("Every finding, with its line and what to do about it, is told by {check}, or by "
                "the command:"),
             VALUES(word_link("check", sheet_text(sheet, N_("the file checker"), NULL),
                              arena_printf(&sheet->arena, "%scheck/", sheet->top))));
    html_raw(sheet->out, "<pre><code>vibrisse register lint FILE</code></pre>\n");
    part_say(sheet,
             N_("Errors keep something from being understood; warnings are against the format; "
                "suggestions are what it recommends. None of it says anything about the quality "
                "of a service."),
             NULL);
    part_close(sheet);
}

static void write_log(struct sheet *sheet, const struct register_log *log)
{
    part_open(sheet, "reg-h", N_("Registers"));
    write_entries(sheet, log, true);
    part_close(sheet);
    part_open(sheet, "mem-h", N_("Members"));
    write_entries(sheet, log, false);
    part_close(sheet);
}

void page_register(const struct page *page, const struct register_log *log, struct buffer *out)
{
    static const struct frame frame = {
        .title = N_("Registers and their files"),
        .description = N_("What was read of the files in which hosters say who they are "
                          "and what they offer."),
        .path = "register/",
    };
    struct sheet sheet;
    part_open_page(&sheet, page, &frame, out);
    part_lead(&sheet, frame.description, NULL);
    if (log)
        write_summary(&sheet, log);
    else
        part_say(&sheet, N_("They have not been read yet."), NULL);
    html_raw(out, "</section>\n");
    if (log)
        write_log(&sheet, log);
    write_correction(&sheet);
    frame_close(&sheet);
    sheet_close(&sheet);
}

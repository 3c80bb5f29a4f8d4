#include "page.h"

#include "block.h"
#include "frame.h"
#include "macros.h"
#include "part.h"

/* ---- who ---- */

static void write_who(struct sheet *sheet)
{
    const struct collective *collective = sheet->page->collective;
    const char *contact = frame_contact(sheet);
    part_open(sheet, "who-h", N_("Who measures"));
    part_say(sheet, N_("{name} runs this monitor and publishes what it finds."),
             VALUES(word_strong("name", collective->name)));
    html_raw(sheet->out, "<dl class=\"kv plain\">\n");
    if (collective->website)
        block_fact_link(sheet, sheet_text(sheet, N_("Website"), NULL), collective->website);
    if (contact) {
        html_raw(sheet->out, "<dt>");
        sheet_say(sheet, N_("Contact"), NULL);
        html_raw(sheet->out, "</dt><dd>");
        sheet_value(sheet,
                    &(struct word_value){NULL, collective->contact, WORD_LINK, contact, NULL});
        html_raw(sheet->out, "</dd>\n");
    }
    html_raw(sheet->out, "</dl>\n");
    part_close(sheet);
}

static void write_what(struct sheet *sheet)
{
    part_open(sheet, "what-h", N_("What vibrisse is"));
    part_say(sheet,
             N_("vibrisse is a free program that looks at the services of small hosters from "
                "outside, as a visitor does, and writes down what it finds: whether they "
                "answer, how fast, and what happened when they did not. A cat feels by its "
                "whiskers (vibrissae) what it cannot see."),
             NULL);
    part_say(sheet,
             N_("It ranks nobody, and tells what it does not know as clearly as what it "
                "knows. {method} stands on a page of its own."),
             VALUES(word_link("method", sheet_text(sheet, N_("How it measures and counts"), NULL),
                              arena_printf(&sheet->arena, "%smethod/", sheet->top))));
    part_close(sheet);
}

/* ---- from where ---- */

static const char *addresses(struct sheet *sheet)
{
    const char *const *all = sheet->page->practice->addresses;
    const char *list = "";
    for (size_t i = 0; all && all[i]; i++)
        list = arena_printf(&sheet->arena, "%s%s%s", list, i ? ", " : "", all[i]);
    return *list ? list : sheet_text(sheet, N_("not told"), NULL);
}

static void write_where(struct sheet *sheet)
{
    const struct page *page = sheet->page;
    const struct practice *practice = page->practice;
    part_open(sheet, "where-h", N_("How to recognise our visits"));
    part_say(sheet,
             N_("For those who run servers: we ask for what any visitor may ask for, over "
                "IPv4 and IPv6, and go."),
             NULL);
    html_raw(sheet->out, "<dl class=\"kv plain\">\n");
    part_fact(sheet, N_("Vantage"), page->collective->vantage);
    part_fact(sheet, N_("Addresses"), addresses(sheet));
    part_fact(sheet, N_("User-Agent"), practice->user_agent);
    if (practice->robot_url)
        block_fact_link(sheet, sheet_text(sheet, N_("About the robot"), NULL), practice->robot_url);
    part_fact(sheet, N_("Interval"), format_duration(&sheet->format, page->interval_ms / 1000));
    html_raw(sheet->out, "</dl>\n");
    part_say(sheet,
             N_("Whoever answers 429, or keeps robots out, is not called unavailable: the "
                "time is “not measured”, and we write why."),
             NULL);
    part_close(sheet);
}

/* ---- what can be done about it ---- */

static void write_say(struct sheet *sheet)
{
    static const char *const ways[] = {
        N_("Something here is wrong: write to us with the service, the day and the time. What was "
           "measured is never rewritten; a correction stands beside it."),
        N_("A hoster sees an interruption otherwise, or knows why it happened: their words stand "
           "beside our findings, in quotation marks and with their name, also where they dispute "
           "it."),
        N_("Maintenance that is announced to us before it begins is shown, and a second figure "
           "leaves it out."),
        N_("A hoster does not want to be measured: a word to us is enough. The visits stop, and "
           "its pages, badges and feeds leave this site."),
    };
    const char *contact = frame_contact(sheet);
    part_open(sheet, "say-h", N_("Correct, dispute, leave"));
    html_raw(sheet->out, "<ul class=\"limits\">\n");
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        html_raw(sheet->out, "<li>");
        sheet_say(sheet, ways[i], NULL);
        html_raw(sheet->out, "</li>\n");
    }
    html_raw(sheet->out, "<li>");
    sheet_say(sheet, N_("What a hoster’s own files say is corrected in these files. {check}"),
              VALUES(word_link("check", sheet_text(sheet, N_("Check such a file"), NULL),
                               arena_printf(&sheet->arena, "%scheck/", sheet->top))));
    html_raw(sheet->out, "</li>\n</ul>\n");
    if (contact)
        part_say(sheet, N_("The address for all of this: {contact}."),
                 VALUES(word_link("contact", sheet->page->collective->contact, contact)));
    part_close(sheet);
}

static void write_privacy(struct sheet *sheet)
{
    part_open(sheet, "priv-h", N_("Your privacy"));
    part_say(sheet,
             N_("These pages set no cookie, run no script, and load nothing from anybody "
                "else. The program that serves them keeps no record of visits and no "
                "addresses of visitors."),
             NULL);
    part_say(sheet,
             N_("What it publishes of services is what anybody can see from outside: no data "
                "of those who use them."),
             NULL);
    part_close(sheet);
}

static void write_licence(struct sheet *sheet)
{
    const struct page *page = sheet->page;
    part_open(sheet, "free-h", N_("Free program, open data"));
    html_raw(sheet->out, "<dl class=\"kv plain\">\n");
    part_fact(sheet, N_("Program"),
              arena_printf(&sheet->arena, "vibrisse %s", page->practice->version));
    part_fact(sheet, N_("Its licence"), "AGPL-3.0-or-later");
    if (page->collective->source)
        block_fact_link(sheet, sheet_text(sheet, N_("Its source"), NULL), page->collective->source);
    html_raw(sheet->out, "</dl>\n");
    if (!page->collective->source)
        part_say(sheet,
                 N_("Its licence gives everybody who visits these pages a right to its source: "
                    "ask us for it."),
                 NULL);
    part_say(sheet, N_("The figures are {data}, under a free licence of their own."),
             VALUES(word_link("data", sheet_text(sheet, N_("open data"), NULL),
                              arena_printf(&sheet->arena, "%sdata/", sheet->top))));
    part_close(sheet);
}

void page_about(const struct page *page, struct buffer *out)
{
    static const struct frame frame = {
        .title = N_("About this monitor"),
        .description = N_("Who measures, from where, and what can be done about it."),
        .path = "about/",
    };
    struct sheet sheet;
    part_open_page(&sheet, page, &frame, out);
    part_lead(&sheet, frame.description, NULL);
    frame_measured(&sheet, page->history->measured(page->history->owner));
    html_raw(out, "</section>\n");
    write_who(&sheet);
    write_what(&sheet);
    write_where(&sheet);
    write_say(&sheet);
    write_privacy(&sheet);
    write_licence(&sheet);
    frame_close(&sheet);
    sheet_close(&sheet);
}

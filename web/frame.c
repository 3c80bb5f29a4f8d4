#include "frame.h"

#include "feed.h"
#include "incident.h"
#include "join.h"
#include "logo.h"
#include "macros.h"

#include <string.h>

/* Symbols that the page refers to: five states, two marks of the strip. */
static void write_sprite(struct buffer *out)
{
    html_raw(out,
             "<svg class=\"sprite\" aria-hidden=\"true\" focusable=\"false\">\n"
             "<symbol id=\"s-up\" viewBox=\"0 0 16 16\"><circle cx=\"8\" cy=\"8\" r=\"7.25\" "
             "fill=\"currentColor\"/>"
             "<path class=\"k\" d=\"M4.7 8.3 7 10.6l4.3-4.9\"/></symbol>\n"
             "<symbol id=\"s-deg\" viewBox=\"0 0 16 16\"><path d=\"M8 1.4 15.3 14.5H.7z\" "
             "fill=\"currentColor\" "
             "stroke=\"currentColor\" stroke-width=\"1.4\" stroke-linejoin=\"round\"/>"
             "<path class=\"k\" d=\"M8 6v3.6M8 12.1v.01\"/></symbol>\n"
             "<symbol id=\"s-down\" viewBox=\"0 0 16 16\"><rect x=\"1\" y=\"1\" width=\"14\" "
             "height=\"14\" rx=\"2\" "
             "fill=\"currentColor\"/><path class=\"k\" d=\"m5 5 6 6M11 5l-6 6\"/></symbol>\n"
             "<symbol id=\"s-maint\" viewBox=\"0 0 16 16\"><path d=\"M8 .9 15.1 8 8 15.1.9 8z\" "
             "fill=\"currentColor\" stroke=\"currentColor\" stroke-width=\"1.2\" "
             "stroke-linejoin=\"round\"/><path class=\"k\" d=\"M6.6 6v4M9.4 6v4\"/></symbol>\n"
             "<symbol id=\"s-unk\" viewBox=\"0 0 16 16\"><circle cx=\"8\" cy=\"8\" r=\"6.9\" "
             "fill=\"none\" "
             "stroke=\"currentColor\" stroke-width=\"1.6\" stroke-dasharray=\"2.6 1.74\"/>"
             "<path d=\"M6.2 6.5A1.85 1.85 0 1 1 8 8.9v.5M8 11.5v.01\" fill=\"none\" "
             "stroke=\"currentColor\" "
             "stroke-width=\"1.6\" stroke-linecap=\"round\"/></symbol>\n</svg>\n");
}

static void write_logo(struct buffer *out)
{
    html_raw(out, "<svg viewBox=\"0 0 46 26\" aria-hidden=\"true\"><path d=\"" LOGO_WHISKERS
                  "\"/><path d=\"" LOGO_NOSE
                  "\" fill=\"currentColor\" stroke-linejoin=\"round\"/></svg>");
}

const char *frame_language_name(const char *language)
{
    return strcmp(language, "fr") == 0 ? "Français" : "English";
}

const char *const *frame_languages(const struct collective *collective)
{
    return collective->languages && collective->languages[0] ? collective->languages
                                                             : words_languages();
}

/* Whether the collective publishes in this language. */
static bool offers(const struct collective *collective, const char *language)
{
    for (const char *const *offered = frame_languages(collective); *offered; offered++)
        if (strcmp(*offered, language) == 0)
            return true;
    return false;
}

static const char *address_in(struct sheet *sheet, const struct frame *frame, const char *language)
{
    return JOIN(&sheet->arena, sheet->root, language, "/", frame->path ? frame->path : "");
}

static void write_alternate(struct sheet *sheet, const char *name, const char *address)
{
    html_raw(sheet->out, "<link rel=\"alternate\"");
    html_attr(sheet->out, "hreflang", name);
    html_href(sheet->out, address);
    html_raw(sheet->out, ">\n");
}

static void write_alternates(struct sheet *sheet, const struct frame *frame)
{
    const struct collective *collective = sheet->page->collective;
    const char *preset = NULL;
    if (!frame->path)
        return;
    for (const char *const *language = words_languages(); *language; language++) {
        if (!offers(collective, *language))
            continue;
        write_alternate(sheet, *language, address_in(sheet, frame, *language));
        if (!preset || strcmp(*language, frame_languages(collective)[0]) == 0)
            preset = *language;
    }
    if (preset)
        write_alternate(sheet, "x-default", address_in(sheet, frame, preset));
}

/* Every page with a past has a feed, which has no language. */
static void write_feed(struct sheet *sheet, const struct frame *frame)
{
    if (!frame->has_feed)
        return;
    html_raw(sheet->out, "<link rel=\"alternate\" type=\"application/atom+xml\"");
    sheet_attr(sheet, "title", N_("Interruptions"));
    html_href(sheet->out, JOIN(&sheet->arena, sheet->root, frame->path, FEED_NAME));
    html_raw(sheet->out, ">\n");
}

static void write_asset(struct sheet *sheet, const char *file)
{
    html_attr(sheet->out, "href", JOIN(&sheet->arena, sheet->root, file));
}

static void write_head(struct sheet *sheet, const struct frame *frame)
{
    struct buffer *out = sheet->out;
    html_raw(out, "<!doctype html>\n<html");
    html_attr(out, "lang", sheet->words.language);
    html_raw(out,
             ">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
             "'self'; img-src 'self'; form-action 'self'; base-uri 'none'\">\n"
             "<meta name=\"viewport\" content=\"width=device-width\">\n"
             "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    html_text(out, frame->title);
    html_raw(out, "</title>\n<meta name=\"description\"");
    html_attr(out, "content", frame->description);
    html_raw(out,
             ">\n<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"stylesheet\"");
    write_asset(sheet, "vibrisse.css");
    html_raw(out, ">\n<link rel=\"icon\"");
    write_asset(sheet, "icon.svg");
    html_raw(out, " type=\"image/svg+xml\">\n");
    write_alternates(sheet, frame);
    write_feed(sheet, frame);
    html_raw(out, "</head>\n");
}

static void write_tab(struct sheet *sheet, const struct frame *frame, enum frame_tab tab,
                      const char *path, const char *message)
{
    struct buffer *out = sheet->out;
    html_raw(out, "<li><a");
    html_href(out, JOIN(&sheet->arena, sheet->top, path));
    if (frame->tab == tab)
        html_attr(out, "aria-current", frame->tab_is_page ? "page" : "true");
    html_raw(out, ">");
    sheet_say(sheet, message, NULL);
    html_raw(out, "</a></li>\n");
}

static void write_languages(struct sheet *sheet, const struct frame *frame)
{
    struct buffer *out = sheet->out;
    for (const char *const *language = words_languages(); *language; language++) {
        if (strcmp(*language, sheet->words.language) == 0 ||
            !offers(sheet->page->collective, *language))
            continue;
        html_raw(out, "<li class=\"lang\"><a");
        html_href(out, address_in(sheet, frame, *language));
        html_attr(out, "lang", *language);
        html_attr(out, "hreflang", *language);
        html_raw(out, ">");
        html_text(out, frame_language_name(*language));
        html_raw(out, "</a></li>\n");
    }
}

static void write_tabs(struct sheet *sheet, const struct frame *frame)
{
    if (!sheet->top)
        return;
    write_tab(sheet, frame, FRAME_HOSTERS, "", N_("Hosters"));
    write_tab(sheet, frame, FRAME_INCIDENTS, INCIDENT_ROOT, N_("Incidents"));
    write_tab(sheet, frame, FRAME_METHOD, "method/", N_("Method"));
    write_tab(sheet, frame, FRAME_DATA, "data/", N_("Data"));
}

static void write_header(struct sheet *sheet, const struct frame *frame)
{
    struct buffer *out = sheet->out;
    html_raw(out, "<header class=\"top\">\n<a class=\"brand\"");
    html_href(out, frame->home ? frame->home : sheet->top);
    html_raw(out, ">");
    write_logo(out);
    html_raw(out, "<b>vibrisse</b><span>");
    html_text(out, sheet->page->collective->name);
    html_raw(out, "</span></a>\n<nav");
    sheet_attr(sheet, "aria-label", N_("Main navigation"));
    html_raw(out, "><ul>\n");
    write_tabs(sheet, frame);
    write_languages(sheet, frame);
    html_raw(out, "</ul></nav>\n</header>\n");
}

static void write_crumb(struct sheet *sheet, const char *label, const char *address)
{
    struct buffer *out = sheet->out;
    if (address) {
        html_raw(out, "<li><a");
        html_href(out, address);
        html_raw(out, ">");
        html_text(out, label);
        html_raw(out, "</a></li>");
    } else {
        html_raw(out, "<li aria-current=\"page\">");
        html_text(out, label);
        html_raw(out, "</li>");
    }
}

static void write_steps(struct sheet *sheet, const struct frame *frame)
{
    for (const struct frame_step *step = frame->steps; step && step->label; step++)
        write_crumb(sheet, step->label, step->address);
    if (!frame->hoster)
        return;
    write_crumb(sheet, sheet_text(sheet, N_("Hosters"), NULL), sheet->top);
    write_crumb(sheet, frame->hoster, frame->service ? "../" : NULL);
    if (frame->service)
        write_crumb(sheet, frame->service, NULL);
}

static void write_trail(struct sheet *sheet, const struct frame *frame)
{
    if (!frame->hoster && !frame->steps)
        return;
    html_raw(sheet->out, "<nav class=\"crumbs\"");
    sheet_attr(sheet, "aria-label", N_("Trail"));
    html_raw(sheet->out, "><ol>");
    write_steps(sheet, frame);
    html_raw(sheet->out, "</ol></nav>\n");
}

void frame_open(struct sheet *sheet, const struct frame *frame)
{
    struct buffer *out = sheet->out;
    write_head(sheet, frame);
    html_raw(out, "<body>\n");
    if (!frame->home)
        html_raw(out, PAGE_STALE_MARK "\n");
    write_sprite(out);
    html_raw(out, "<a class=\"skip\" href=\"#main\">");
    sheet_say(sheet, N_("Skip to content"), NULL);
    html_raw(out, "</a>\n<div class=\"page\">\n");
    write_header(sheet, frame);
    write_trail(sheet, frame);
    html_raw(out, "<main id=\"main\">\n");
}

const char *frame_contact(struct sheet *sheet)
{
    const char *contact = sheet->page->collective->contact;
    if (!contact)
        return NULL;
    const char *address = strchr(contact, '@') && !strchr(contact, ':')
                              ? JOIN(&sheet->arena, "mailto:", contact)
                              : contact;
    return html_is_web_address(address) ? address : NULL;
}

static void write_link(struct sheet *sheet, const char *address, const char *message)
{
    html_raw(sheet->out, "<li><a");
    html_href(sheet->out, address);
    html_raw(sheet->out, ">");
    sheet_say(sheet, message, NULL);
    html_raw(sheet->out, "</a></li>");
}

static void write_own_link(struct sheet *sheet, const char *path, const char *message)
{
    write_link(sheet, JOIN(&sheet->arena, sheet->top, path), message);
}

static void write_contact(struct sheet *sheet)
{
    const char *address = frame_contact(sheet);
    if (address)
        write_link(sheet, address, N_("Write to us"));
}

static void write_website(struct sheet *sheet)
{
    const struct collective *collective = sheet->page->collective;
    if (!collective->website || !html_is_web_address(collective->website))
        return;
    html_raw(sheet->out, "<li><a");
    html_href(sheet->out, collective->website);
    html_raw(sheet->out, ">");
    html_text(sheet->out, collective->name);
    html_raw(sheet->out, "</a></li>");
}

static void write_own_links(struct sheet *sheet)
{
    write_own_link(sheet, "method/", N_("Full method"));
    write_own_link(sheet, "data/", N_("Open data"));
    if (sheet->page->practice && sheet->page->practice->registers)
        write_own_link(sheet, "register/", N_("Registers"));
    write_own_link(sheet, "about/", N_("About this monitor"));
}

void frame_close(struct sheet *sheet)
{
    struct buffer *out = sheet->out;
    html_raw(out, "</main>\n<footer class=\"end\">\n<p>");
    sheet_say(sheet,
              N_("Measured from outside, every {interval}, from {vantage}. An interruption counts "
                 "after three "
                 "failures in a row. When our own monitor fails, we write “not measured”, never "
                 "“unavailable”."),
              VALUES(sheet_duration(sheet, "interval", sheet->page->interval_ms / 1000),
                     word_plain("vantage", sheet->page->collective->vantage)));
    html_raw(out, "</p>\n<p>");
    sheet_say(sheet, N_("This page holds no script, no cookie and no third-party resource."), NULL);
    html_raw(out, "</p>\n<ul class=\"links\">");
    if (sheet->top)
        write_own_links(sheet);
    write_website(sheet);
    write_contact(sheet);
    html_raw(out, "</ul>\n</footer>\n</div>\n</body>\n</html>\n");
}

bool frame_is_stale(const struct page *page)
{
    int64_t measured = page->history->measured(page->history->owner);
    return measured == 0 || page->now - measured > 3 * page->interval_ms / 1000;
}

static void write_stopped(struct sheet *sheet)
{
    const struct history *history = sheet->page->history;
    int64_t measured = history->measured(history->owner);
    if (measured == 0)
        sheet_say(sheet, N_("Nothing was measured yet. Page made on {date}, {clock}."),
                  VALUES(sheet_date(sheet, "date", sheet->page->now),
                         sheet_moment(sheet, "clock", sheet->page->now)));
    else
        sheet_say(sheet,
                  N_("Measurements have stopped {since}: the states shown are the last "
                     "known ones. Page "
                     "made on {date}, {clock}."),
                  VALUES(sheet_since(sheet, "since", measured),
                         sheet_date(sheet, "date", sheet->page->now),
                         sheet_moment(sheet, "clock", sheet->page->now)));
}

void frame_measured(struct sheet *sheet, int64_t measured)
{
    html_raw(sheet->out, "<p class=\"soft\">");
    if (frame_is_stale(sheet->page))
        write_stopped(sheet);
    else if (measured == 0)
        sheet_say(sheet, N_("Not measured yet. Page made on {date}, {clock}."),
                  VALUES(sheet_date(sheet, "date", sheet->page->now),
                         sheet_moment(sheet, "clock", sheet->page->now)));
    else
        sheet_say(sheet, N_("Last measured: {measured}. Page made on {date}, {clock}."),
                  VALUES(sheet_moment(sheet, "measured", measured),
                         sheet_date(sheet, "date", sheet->page->now),
                         sheet_moment(sheet, "clock", sheet->page->now)));
    html_raw(sheet->out, "</p>\n");
}

#include "badge.h"

#include "block.h"
#include "frame.h"
#include "join.h"
#include "json.h"
#include "logo.h"
#include "macros.h"
#include "member.h"
#include "state.h"
#include "text.h"

#include <string.h>

enum {
    LABEL_BYTES_MOST = 80, /* a badge stands within a line */
    LABEL_AT = 28,         /* px: after the mark */
    GAP = 8,
    SHAPE = 22, /* a shape and what is around it */
    FRESH_S = 300
};

/* White on any of these has a contrast of 5.9 and more. */
static const struct {
    const char *colour,
        *shape; /* within 10 by 10 px around the middle; drawn in white on the colour */
} looks[LOOK_COUNT] = {
    [LOOK_UNKNOWN] = {"#565f64",
                      "<circle r=\"4.3\" fill=\"none\" stroke=\"#fff\" stroke-width=\"1.5\" "
                      "stroke-dasharray=\"1.9 1.5\"/>"},
    [LOOK_UP] = {"#1d6b61", "<circle r=\"5\"/><path d=\"M-2.4.3-.7 2l3.1-3.5\" fill=\"none\" "
                            "stroke=\"#1d6b61\" stroke-width=\"1.5\"/>"},
    [LOOK_MAINTENANCE] =
        {"#2a5aa6", "<path d=\"M0-5.4 5.4 0 0 5.4-5.4 0z\"/><path d=\"M-1-1.8v3.6M1-1.8v3.6\" "
                    "stroke=\"#2a5aa6\" stroke-width=\"1.1\"/>"},
    [LOOK_DEGRADED] = {"#8a4f00", "<path d=\"M0-5 5.6 4.6H-5.6z\"/><path d=\"M0-1.7v3.2M0 2.9v.3\" "
                                  "stroke=\"#8a4f00\" stroke-width=\"1.5\"/>"},
    [LOOK_DOWN] = {"#a01a28",
                   "<path d=\"M-5-5H5V5H-5z\"/><path d=\"M-2.2-2.2l4.4 4.4M2.2-2.2l-4.4 4.4\" "
                   "stroke=\"#a01a28\" stroke-width=\"1.5\"/>"},
};
static const char days_colour[] = "#3d474c";

struct badge {
    const char *label, *message;
    const char *colour;
    const char *shape; /* NULL = none */
};

/* A cat's whiskers, as on the pages. */
static void write_mark(struct buffer *out)
{
    html_raw(out, "<g transform=\"translate(3 4.3) scale(.45)\" fill=\"none\" stroke=\"#fff\" "
                  "stroke-width=\"2.2\" stroke-linecap=\"round\"><path d=\"" LOGO_WHISKERS
                  "\"/><path d=\"" LOGO_NOSE "\" fill=\"#fff\"/></g>");
}

static void write_field(struct buffer *out, const char *colour, int from, int width)
{
    html_raw(out, "<path");
    html_attr(out, "fill", colour);
    html_raw(out, " d=\"M");
    html_number(out, from);
    html_raw(out, " 0h");
    html_number(out, width);
    html_raw(out, "v20h-");
    html_number(out, width);
    html_raw(out, "z\"/>");
}

/* The length is given, so that another font changes no layout. */
static void write_text(struct buffer *out, int at, const char *text)
{
    html_raw(out, "<text x=\"");
    html_number(out, at);
    html_raw(out, "\" y=\"14\" textLength=\"");
    html_number(out, badge_text_width(text));
    html_raw(out, "\">");
    html_text(out, text);
    html_raw(out, "</text>");
}

static void write_open(struct sheet *sheet, const struct badge *badge, int width)
{
    struct buffer *out = sheet->out;
    const char *title = sheet_text(
        sheet, N_("{label}: {message}"),
        VALUES(word_plain("label", badge->label), word_plain("message", badge->message)));
    html_raw(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"");
    html_number(out, width);
    html_raw(out, "\" height=\"20\" role=\"img\"");
    html_attr(out, "xml:lang", sheet->words.language);
    html_attr(out, "aria-label", title);
    html_raw(out, "><title>");
    html_text(out, title);
    html_raw(out, "</title><clipPath id=\"r\"><rect width=\"");
    html_number(out, width);
    html_raw(out, "\" height=\"20\" rx=\"3\"/></clipPath><g clip-path=\"url(#r)\">");
}

static void draw(struct sheet *sheet, const struct badge *badge)
{
    struct buffer *out = sheet->out;
    int first = LABEL_AT + badge_text_width(badge->label) + 6;
    int before = badge->shape ? SHAPE : GAP;
    int second = before + badge_text_width(badge->message) + GAP;
    write_open(sheet, badge, first + second);
    write_field(out, "#20282c", 0, first);
    write_field(out, badge->colour, first, second);
    html_raw(out, "</g>");
    write_mark(out);
    if (badge->shape) {
        html_raw(out, "<g fill=\"#fff\" transform=\"translate(");
        html_number(out, first + 12);
        html_raw(out, " 10)\">");
        buffer_text_add(out, badge->shape);
        html_raw(out, "</g>");
    }
    html_raw(out, "<g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,Geneva,sans-serif\" "
                  "font-size=\"11\">");
    write_text(out, LABEL_AT, badge->label);
    write_text(out, first + before, badge->message);
    html_raw(out, "</g></svg>\n");
}

static const char *label_of(struct sheet *sheet, struct output_subject subject)
{
    const char *name = subject.service ? block_service_name(sheet, subject.service)
                                       : block_hoster_name(sheet, subject.hoster);
    char clean[LABEL_BYTES_MOST];
    text_clean(clean, sizeof clean, name, strlen(name));
    return strlen(name) < sizeof clean ? arena_text(&sheet->arena, clean)
                                       : JOIN(&sheet->arena, clean, "…");
}

static enum look look_now(struct sheet *sheet, struct output_subject subject)
{
    const struct page *page = sheet->page;
    if (frame_is_stale(page))
        return LOOK_UNKNOWN;
    if (subject.service)
        return past_of(page, subject.service, page->now, &sheet->arena).look;
    return member_of(sheet, subject.hoster, page->now).look;
}

static struct badge state_badge_of(struct sheet *sheet, struct output_subject subject)
{
    enum look look = look_now(sheet, subject);
    return (struct badge){label_of(sheet, subject), badge_state_text(sheet, subject),
                          looks[look].colour, looks[look].shape};
}

void badge_state(const struct page *page, struct output_subject subject, struct buffer *out)
{
    struct sheet sheet;
    sheet_open(&sheet, page, out, "", "");
    struct badge badge = state_badge_of(&sheet, subject);
    draw(&sheet, &badge);
    sheet_close(&sheet);
}

static bool is_taken(struct sheet *sheet, struct output_subject subject)
{
    const struct collective *collective = sheet->page->collective;
    const char *name = JOIN(&sheet->arena, output_key(subject), "-90d");
    return subject.service ? collective_service(collective, name) != NULL
                           : collective_hoster(collective, name) != NULL;
}

void badge_days(const struct page *page, struct output_subject subject, struct buffer *out)
{
    struct sheet sheet;
    sheet_open(&sheet, page, out, "", "");
    if (!is_taken(&sheet, subject)) {
        struct badge badge = {label_of(&sheet, subject), badge_days_text(&sheet, subject),
                              days_colour, NULL};
        draw(&sheet, &badge);
    }
    sheet_close(&sheet);
}

static void write_shields(const struct badge *badge, struct buffer *out)
{
    buffer_text_add(out, "{\"schemaVersion\":1,\"label\":");
    json_add_text(out, badge->label);
    buffer_text_add(out, ",\"message\":");
    json_add_text(out, badge->message);
    buffer_printf(out, ",\"color\":\"%s\",\"cacheSeconds\":%d}\n", badge->colour + 1, FRESH_S);
}

void badge_shields(const struct page *page, struct output_subject subject, struct buffer *out)
{
    struct sheet sheet;
    sheet_open(&sheet, page, out, "", "");
    struct badge badge = state_badge_of(&sheet, subject);
    write_shields(&badge, out);
    sheet_close(&sheet);
}

static bool write_stopped(const char *label, const char *language, bool drawn, struct buffer *out)
{
    struct words words;
    struct sheet sheet;
    const struct page page = {.language = language};
    if (!words_open(&words, language))
        return false;
    sheet_open(&sheet, &page, out, "", "");
    struct badge badge = {label, sheet_text(&sheet, N_("measurements stopped"), NULL),
                          looks[LOOK_UNKNOWN].colour, looks[LOOK_UNKNOWN].shape};
    if (drawn)
        draw(&sheet, &badge);
    else
        write_shields(&badge, out);
    sheet_close(&sheet);
    return true;
}

bool badge_stopped(const char *label, const char *language, struct buffer *out)
{
    return write_stopped(label, language, true, out);
}

bool badge_shields_stopped(const char *label, const char *language, struct buffer *out)
{
    return write_stopped(label, language, false, out);
}

#include "block.h"

#include "agenda.h"
#include "badge.h"
#include "feed.h"
#include "macros.h"
#include "output.h"

#include <ctype.h>

enum { SNIPPET_MAX = 64 * 1024 };

static void write_link(struct sheet *sheet, const char *path, const char *message)
{
    html_raw(sheet->out, "<li><a");
    html_href(sheet->out, arena_printf(&sheet->arena, "%s%s", sheet->root, path));
    html_raw(sheet->out, ">");
    sheet_say(sheet, message, NULL);
    html_raw(sheet->out, "</a></li>\n");
}

static const char *alternative(struct sheet *sheet, const char *name, const char *text)
{
    return sheet_text(sheet, N_("{label}: {message}"),
                      VALUES(word_plain("label", name), word_plain("message", text)));
}

static void write_image(struct sheet *sheet, const char *path, const char *text)
{
    html_raw(sheet->out, "<img");
    html_attr(sheet->out, "src", arena_printf(&sheet->arena, "%s%s", sheet->root, path));
    html_attr(sheet->out, "alt", text);
    html_raw(sheet->out, " height=\"20\" loading=\"lazy\">\n");
}

struct snippet {
    const char *page, *image, *text;
};

static void write_html(struct buffer *out, const struct snippet *snippet)
{
    html_raw(out, "<a");
    html_attr(out, "href", snippet->page);
    html_raw(out, "><img");
    html_attr(out, "src", snippet->image);
    html_attr(out, "alt", snippet->text);
    html_raw(out, " height=\"20\"></a>");
}

/* Whatever a name holds: a backslash before punctuation makes it plain in every Markdown. */
static void write_markdown(struct buffer *out, const struct snippet *snippet)
{
    buffer_text_add(out, "[![");
    for (const char *c = snippet->text; *c; c++) {
        if ((unsigned char)*c < 0x80 && ispunct((unsigned char)*c))
            buffer_byte(out, '\\');
        buffer_byte(out, *c);
    }
    buffer_printf(out, "](%s)](%s)", snippet->image, snippet->page);
}

static void write_snippet(struct sheet *sheet, const struct snippet *snippet,
                          void (*write)(struct buffer *out, const struct snippet *snippet))
{
    struct buffer text;
    buffer_init(&text, SNIPPET_MAX);
    write(&text, snippet);
    html_raw(sheet->out, "<pre><code>");
    html_text(sheet->out, buffer_text(&text));
    html_raw(sheet->out, "</code></pre>\n");
    buffer_fini(&text);
}

/* Other people's pages need the whole address. */
static const char *site_address(struct sheet *sheet)
{
    const char *root = output_root(sheet->page, "", &sheet->arena);
    return *root ? root : sheet_text(sheet, N_("https://ADDRESS-OF-THIS-SITE/"), NULL);
}

static void write_snippets(struct sheet *sheet, const char *key, const char *badge,
                           const char *name)
{
    const char *site = site_address(sheet);
    struct snippet snippet = {
        .page = arena_printf(&sheet->arena, "%s%s/h/%s/", site, sheet->words.language, key),
        .image = arena_printf(&sheet->arena, "%s%s", site, badge),
        .text = sheet_text(sheet, N_("{name}: state"), VALUES(word_plain("name", name))),
    };
    write_snippet(sheet, &snippet, write_html);
    html_raw(sheet->out, "<details><summary>");
    sheet_say(sheet, N_("The same in Markdown"), NULL);
    html_raw(sheet->out, "</summary>\n");
    write_snippet(sheet, &snippet, write_markdown);
    html_raw(sheet->out, "</details>\n");
}

static void write_badges(struct sheet *sheet, struct output_subject subject, const char *name)
{
    const char *key = output_key(subject), *language = sheet->words.language;
    const char *badge = arena_printf(&sheet->arena, "badge/%s.%s.svg", key, language);
    html_raw(sheet->out, "<div class=\"noprint\">\n<h2>");
    sheet_say(sheet, N_("A badge for your own pages"), NULL);
    html_raw(sheet->out, "</h2>\n<p>");
    sheet_say(sheet, N_("A picture twenty pixels high, without cookies, with the state in words."),
              NULL);
    html_raw(sheet->out, "</p>\n<p class=\"badges\">");
    write_image(sheet, badge, alternative(sheet, name, badge_state_text(sheet, subject)));
    write_image(sheet, arena_printf(&sheet->arena, "badge/%s-90d.%s.svg", key, language),
                alternative(sheet, name, badge_days_text(sheet, subject)));
    html_raw(sheet->out, "</p>\n");
    write_snippets(sheet, key, badge, name);
    html_raw(sheet->out, "</div>\n");
}

static void write_own_api(struct sheet *sheet, struct output_subject subject)
{
    const char *folder = subject.service ? "services" : "hosters";
    write_link(sheet, arena_printf(&sheet->arena, "api/v1/%s/%s.json", folder, output_key(subject)),
               N_("These figures for programs (JSON)"));
}

void block_follow(struct sheet *sheet, struct output_subject subject)
{
    const char *name = subject.service ? block_service_name(sheet, subject.service)
                                       : block_hoster_name(sheet, subject.hoster);
    html_raw(sheet->out, "<section class=\"two\"");
    sheet_attr(sheet, "aria-label", N_("Following and embedding"));
    html_raw(sheet->out, ">\n<div>\n<h2>");
    sheet_say(sheet, N_("Staying informed"), NULL);
    html_raw(sheet->out, "</h2>\n<p>");
    sheet_say(sheet, N_("Without an account, with the tools that you have:"), NULL);
    html_raw(sheet->out, "</p>\n<ul class=\"files\">\n");
    write_link(sheet, arena_printf(&sheet->arena, "h/%s/" FEED_NAME, output_key(subject)),
               N_("Interruptions as a feed (Atom)"));
    write_link(sheet, AGENDA_NAME, N_("Announced maintenance as a calendar (iCalendar)"));
    write_own_api(sheet, subject);
    html_raw(sheet->out, "</ul>\n</div>\n");
    write_badges(sheet, subject, name);
    html_raw(sheet->out, "</section>\n");
}

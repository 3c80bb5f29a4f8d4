#include "page.h"

#include "frame.h"
#include "macros.h"
#include "words.h"
#include "writer.h"

static void write_head(struct buffer *out, const struct collective *collective)
{
    html_raw(out, "<!doctype html>\n<html");
    html_attr(out, "lang", frame_languages(collective)[0]);
    html_raw(out,
             ">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
             "'self'; img-src 'self'; form-action 'self'; base-uri 'none'\">\n"
             "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    html_text(out, collective->name);
    html_raw(out, "</title>\n<meta name=\"color-scheme\" content=\"light dark\">\n"
                  "<link rel=\"stylesheet\" href=\"vibrisse.css\">\n"
                  "<link rel=\"icon\" href=\"icon.svg\" type=\"image/svg+xml\">\n");
}

static void write_link(struct buffer *out, const char *language)
{
    struct words words;
    struct arena arena = {0};
    if (!words_open(&words, language))
        return;
    html_raw(out, "<li><a");
    html_attr(out, "lang", language);
    html_attr(out, "hreflang", language);
    html_href(out, arena_printf(&arena, "%s/", language));
    html_raw(out, ">");
    html_text(out, words_get(&words, N_("The state of the services, in English")));
    html_raw(out, "</a></li>\n");
    arena_free(&arena);
}

void page_entrance(const struct page *page, struct buffer *out)
{
    const struct collective *collective = page->collective;
    write_head(out, collective);
    html_raw(out, "</head>\n<body>\n<div class=\"page\">\n<main>\n<section>\n<h1>");
    html_text(out, collective->name);
    html_raw(out, "</h1>\n<ul class=\"links entrance\">\n");
    for (const char *const *language = frame_languages(collective); *language; language++)
        write_link(out, *language);
    html_raw(out, "</ul>\n</section>\n</main>\n</div>\n</body>\n</html>\n");
}

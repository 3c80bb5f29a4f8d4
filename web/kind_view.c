#include "kind_view.h"

#include "block.h"
#include "macros.h"
#include "names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { NAV_MOST = 50 }; /* more than people read in a line, and the page stays small */

struct named_kind {
    const struct kind *kind;
    const char *name, *key;
};

static int compare_kinds(const void *left, const void *right)
{
    const struct named_kind *a = left, *b = right;
    int order = strcmp(a->key, b->key);
    return order ? order : strcmp(a->kind->slug, b->kind->slug);
}

static size_t named_kinds(struct sheet *sheet, struct named_kind **ret)
{
    struct kind *kinds;
    size_t count = kinds_of(sheet->page->collective, &sheet->arena, &kinds);
    struct named_kind *named = count ? arena_array(&sheet->arena, count, sizeof *named) : NULL;
    for (size_t i = 0; i < count; i++) {
        const char *name = kind_name(&kinds[i], sheet->words.language);
        named[i] = (struct named_kind){&kinds[i], name, names_key(&sheet->arena, name)};
    }
    if (count)
        qsort(named, count, sizeof *named, compare_kinds);
    *ret = named;
    return count;
}

static int compare_offers(const void *left, const void *right)
{
    const struct kind_offer *a = left, *b = right;
    int order = strcmp(a->key, b->key);
    return order ? order : strcmp(a->service->key, b->service->key);
}

struct kind_offer *kind_view_offers(struct sheet *sheet, const struct kind *kind)
{
    struct kind_offer *offers = arena_array(&sheet->arena, kind->count, sizeof *offers);
    for (size_t i = 0; i < kind->count; i++) {
        const char *hoster = block_hoster_name(sheet, kind->services[i]->hoster);
        offers[i] =
            (struct kind_offer){kind->services[i], hoster, names_key(&sheet->arena, hoster)};
    }
    qsort(offers, kind->count, sizeof *offers, compare_offers);
    return offers;
}

static const char *address_of(struct sheet *sheet, const struct kind *kind)
{
    return arena_printf(&sheet->arena, "%s%s", sheet->top, kind_path(kind, &sheet->arena));
}

static struct word_value count_of(struct sheet *sheet, const struct kind *kind)
{
    return word_plain("count", format_count(&sheet->format, (int64_t)kind_hosters(kind)));
}

/* Kinds that have a name, and where there is no room for the others, where they are. */
static void write_kinds(struct sheet *sheet, size_t most)
{
    struct named_kind *kinds;
    size_t count = named_kinds(sheet, &kinds);
    for (size_t i = 0; i < count && i < most; i++) {
        html_raw(sheet->out, "<li>");
        sheet_say(sheet, N_("{kind} ({count})"),
                  VALUES(word_link("kind", kinds[i].name, address_of(sheet, kinds[i].kind)),
                         count_of(sheet, kinds[i].kind)));
        html_raw(sheet->out, "</li>\n");
    }
    if (count <= most)
        return;
    html_raw(sheet->out, "<li>");
    block_more(sheet, arena_printf(&sheet->arena, "%s" KIND_ROOT, sheet->top), count - most);
    html_raw(sheet->out, "</li>\n");
}

void kind_view_nav(struct sheet *sheet)
{
    struct kind *kinds;
    if (!kinds_of(sheet->page->collective, &sheet->arena, &kinds))
        return;
    html_raw(sheet->out, "<nav class=\"noprint\"");
    sheet_attr(sheet, "aria-label", N_("By service"));
    html_raw(sheet->out, "><ul class=\"links kinds\"><li class=\"soft\">");
    sheet_say(sheet, N_("By service:"), NULL);
    html_raw(sheet->out, "</li>\n");
    write_kinds(sheet, NAV_MOST);
    html_raw(sheet->out, "</ul></nav>\n");
}

void kind_view_list(struct sheet *sheet)
{
    html_raw(sheet->out, "<ul class=\"links kinds\">\n");
    write_kinds(sheet, SIZE_MAX);
    html_raw(sheet->out, "</ul>\n");
}

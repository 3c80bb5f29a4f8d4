#include "collective_view.h"

#include "block.h"
#include "macros.h"
#include "names.h"

#include <stdlib.h>
#include <string.h>

struct kind_entry {
    const char *kind, *key;
    const struct member *member;
    const struct service *service;
};

static int compare_kinds(const void *left, const void *right)
{
    const struct kind_entry *a = left, *b = right;
    int order = strcmp(a->key, b->key);
    if (!order)
        order = strcmp(a->kind, b->kind);
    if (!order)
        order = strcmp(a->member->key, b->member->key);
    return order ? order : strcmp(a->service->key, b->service->key);
}

static size_t gather_kinds(const struct collective_view *view, struct kind_entry **ret)
{
    size_t used = 0;
    struct arena *arena = &view->sheet->arena;
    *ret = view->services ? arena_array(arena, view->services, sizeof **ret) : NULL;
    for (size_t i = 0; i < view->count; i++) {
        const struct hoster *hoster = view->members[i].hoster;
        for (size_t j = 0; j < hoster->service_count; j++) {
            const struct service *service = &hoster->services[j];
            const char *kind = wording_in(&service->kind, view->sheet->words.language);
            if (*kind)
                (*ret)[used++] =
                    (struct kind_entry){kind, names_key(arena, kind), &view->members[i], service};
        }
    }
    if (used)
        qsort(*ret, used, sizeof **ret, compare_kinds);
    return used;
}

static void kind_link(struct sheet *sheet, const struct kind_entry *entry)
{
    html_raw(sheet->out, "<li><a");
    html_href(sheet->out, arena_printf(&sheet->arena, "h/%s/%s/", entry->member->hoster->id,
                                       entry->service->id));
    html_raw(sheet->out, ">");
    html_text(sheet->out, entry->member->name);
    html_raw(sheet->out, "</a></li>");
}

void collective_kinds(const struct collective_view *view)
{
    struct sheet *sheet = view->sheet;
    struct kind_entry *entries;
    size_t count = gather_kinds(view, &entries);
    if (!count)
        return;
    html_raw(sheet->out, "<section aria-labelledby=\"kind-h\">\n<h2 id=\"kind-h\">");
    sheet_say(sheet, N_("By service"), NULL);
    html_raw(sheet->out, "</h2>\n<div class=\"kinds\">\n");
    for (size_t i = 0; i < count;) {
        size_t end = i;
        while (end < count && strcmp(entries[end].kind, entries[i].kind) == 0)
            end++;
        html_raw(sheet->out, "<details><summary>");
        sheet_say(sheet, N_("{kind} ({count})"),
                  VALUES(word_plain("kind", entries[i].kind),
                         word_plain("count", format_count(&sheet->format, (int64_t)(end - i)))));
        html_raw(sheet->out, "</summary><ul class=\"links\">");
        for (; i < end; i++)
            kind_link(sheet, &entries[i]);
        html_raw(sheet->out, "</ul></details>\n");
    }
    html_raw(sheet->out, "</div>\n</section>\n");
}

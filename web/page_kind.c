#include "page.h"

#include "block.h"
#include "frame.h"
#include "kind_view.h"
#include "macros.h"
#include "names.h"
#include "part.h"
#include "past.h"
#include "state.h"

#include <stdint.h>
#include <string.h>

static int64_t measured_last(const struct page *page, const struct kind *kind)
{
    int64_t measured = 0;
    for (size_t i = 0; i < kind->count; i++) {
        struct service_belief belief =
            page->history->service(page->history->owner, kind->services[i]->key);
        if (belief.measured > measured)
            measured = belief.measured;
    }
    return measured;
}

/* The service's own name says something where it is not that of the kind. */
static const char *offer_title(struct sheet *sheet, const struct kind_offer *offer,
                               const char *kind)
{
    const char *name = block_service_name(sheet, offer->service);
    if (strcmp(names_key(&sheet->arena, name), names_key(&sheet->arena, kind)) == 0)
        return offer->hoster;
    return sheet_text(sheet, N_("{hoster}: {service}"),
                      VALUES(word_plain("hoster", offer->hoster), word_plain("service", name)));
}

static void write_detail(struct sheet *sheet, const char *text)
{
    if (!text)
        return;
    html_raw(sheet->out, " · ");
    html_text(sheet->out, text);
}

static void write_state(struct sheet *sheet, const struct past *past)
{
    const char *state = state_word(sheet, past->look);
    if (past->look == LOOK_UP || past->belief.since == 0)
        html_text(sheet->out, state);
    else
        sheet_say(
            sheet, N_("{state} {since}"),
            VALUES(word_plain("state", state), sheet_since(sheet, "since", past->belief.since)));
}

static void write_offer(struct sheet *sheet, const struct kind_offer *offer, const char *kind)
{
    struct past past = past_present(sheet->page, offer->service, &sheet->arena);
    html_raw(sheet->out, "<li>");
    state_glyph(sheet, past.look);
    html_raw(sheet->out, "<div><h2><a");
    html_href(sheet->out, arena_printf(&sheet->arena, "%sh/%s/", sheet->top, offer->service->key));
    html_raw(sheet->out, ">");
    html_text(sheet->out, offer_title(sheet, offer, kind));
    html_raw(sheet->out, "</a></h2><p class=\"soft\">");
    write_state(sheet, &past);
    write_detail(sheet, offer->service->software);
    write_detail(sheet, offer->service->hoster->place);
    html_raw(sheet->out, "</p></div></li>\n");
}

static void write_kind(struct sheet *sheet, const struct kind *kind, const char *name)
{
    const struct kind_offer *offers = kind_view_offers(sheet, kind);
    html_raw(sheet->out, "<section>\n<h1>");
    html_text(sheet->out, name);
    html_raw(sheet->out, "</h1>\n<p class=\"lead\">");
    sheet_say_plural(sheet, "{n} hoster offers this service: here is how it is now.",
                     "{n} hosters offer this service: here is how each of them is now.",
                     (int64_t)kind_hosters(kind), NULL);
    html_raw(sheet->out, "</p>\n");
    block_order(sheet, kind->count);
    html_raw(sheet->out, "<ul class=\"now\">\n");
    for (size_t i = 0; i < kind->count; i++)
        write_offer(sheet, &offers[i], name);
    html_raw(sheet->out, "</ul>\n");
    frame_measured(sheet, measured_last(sheet->page, kind));
    html_raw(sheet->out, "</section>\n");
}

void page_kind(const struct page *page, const struct kind *kind, struct buffer *out)
{
    struct sheet sheet;
    sheet_open(&sheet, page, out, "../../../", "../../");
    const char *name = kind_name(kind, page->language);
    const struct frame_step steps[] = {{sheet_text(&sheet, N_("Hosters"), NULL), sheet.top},
                                       {sheet_text(&sheet, N_("By service"), NULL), "../"},
                                       {name, NULL},
                                       {NULL, NULL}};
    struct frame frame = {
        .title = sheet_text(
            &sheet, N_("{kind}: who offers it and how it is now, {name}"),
            VALUES(word_plain("kind", name), word_plain("name", page->collective->name))),
        .description = sheet_text(
            &sheet, N_("The hosters of {name} that offer this, and the state of each: {kind}."),
            VALUES(word_plain("name", page->collective->name), word_plain("kind", name))),
        .path = kind_path(kind, &sheet.arena),
        .tab = FRAME_HOSTERS,
        .steps = steps,
    };
    frame_open(&sheet, &frame);
    write_kind(&sheet, kind, name);
    frame_close(&sheet);
    sheet_close(&sheet);
}

void page_kinds(const struct page *page, struct buffer *out)
{
    struct sheet sheet;
    sheet_open(&sheet, page, out, "../../", "../");
    const char *title = sheet_text(&sheet, N_("By service"), NULL);
    const struct frame_step steps[] = {
        {sheet_text(&sheet, N_("Hosters"), NULL), sheet.top}, {title, NULL}, {NULL, NULL}};
    struct frame frame = {
        .title = sheet_text(&sheet, N_("{name}: by service"),
                            VALUES(word_plain("name", page->collective->name))),
        .description = sheet_text(&sheet, N_("Which hosters of {name} offer what."),
                                  VALUES(word_plain("name", page->collective->name))),
        .path = KIND_ROOT,
        .tab = FRAME_HOSTERS,
        .steps = steps,
    };
    frame_open(&sheet, &frame);
    html_raw(out, "<section>\n<h1>");
    html_text(out, title);
    html_raw(out, "</h1>\n");
    part_lead(&sheet, N_("What is offered, and by how many hosters. None of them is ranked."),
              NULL);
    kind_view_list(&sheet);
    frame_measured(&sheet, page->history->measured(page->history->owner));
    html_raw(out, "</section>\n");
    frame_close(&sheet);
    sheet_close(&sheet);
}

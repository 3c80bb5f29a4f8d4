/* What surrounds every page: head, header with navigation, trail, footer. */
#ifndef VIBRISSE_FRAME_H
#define VIBRISSE_FRAME_H

#include "sheet.h"

#include <stdbool.h>
#include <stdint.h>

enum frame_tab { FRAME_NONE, FRAME_HOSTERS, FRAME_INCIDENTS, FRAME_METHOD, FRAME_DATA };

struct frame_step {              /* of a trail */
    const char *label, *address; /* NULL = the page itself */
};

struct frame {
    const char *title, *description;
    const char
        *path; /* below the language: "h/ID/"; the same in every language; NULL = has no address */
    enum frame_tab tab; /* where the navigation stands */
    bool has_feed;      /* beside the page's path, see feed.h */
    bool tab_is_page;   /* this page is the tab's own, not one below it */
    const char *hoster; /* in the trail, linked to "../" unless it is the page; NULL = no trail */
    const char *service;
    const struct frame_step *steps; /* another trail, ended by a NULL label */
    /* It lies in a folder that works without the site: nothing leads to other pages of the site where sheet->top is NULL, the
     * mark leads to `home`, and no notice of stopped measurements is put on it. NULL = a page of the site. */
    const char *home;
};

void frame_open(struct sheet *sheet, const struct frame *frame);
void frame_close(struct sheet *sheet); /* without links into the site where sheet->top is NULL */

/* The address that a link to whoever answers questions has, in the arena; NULL = nobody does. */
const char *frame_contact(struct sheet *sheet);

/* In which languages the collective publishes: those it names, or all that have a catalogue. */
const char *const *frame_languages(const struct collective *collective);

/* What the language calls itself: "Français". */
const char *frame_language_name(const char *language);

/* Whether measurements have stopped, or have not begun. */
bool frame_is_stale(const struct page *page);
/* When was measured last, when the page was made; or, in their place, that measurements have stopped. */
void frame_measured(struct sheet *sheet, int64_t measured);

#endif

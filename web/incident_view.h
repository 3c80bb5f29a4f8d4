/* One incident as its page sees it, and the blocks that only that page has. */
#ifndef VIBRISSE_INCIDENT_VIEW_H
#define VIBRISSE_INCIDENT_VIEW_H

#include "incident_past.h"
#include "sheet.h"

struct incident_view {
    struct sheet *sheet; /* its page's time is when the last was learnt, unless it goes on */
    const struct incident_past *past;
    const char *name, *hoster, *month, *month_path;
};

/* Both brackets, how long it was at least and at most, and why. */
void incident_view_times(const struct incident_view *view);
/* Other people's words, apart from ours. */
void incident_view_said(const struct incident_view *view);
/* Which checks failed by which family from where, and how well we saw ourselves. */
void incident_view_lines(const struct incident_view *view);
/* What counts where. */
void incident_view_counted(const struct incident_view *view);

#endif

/* A yearly report being told on a page: figures that say which member of the report's JSON they are, so that programs can
 * read them and tests compare them, and the few forms in which they stand. Internal to the report's pages. Pure. */
#ifndef VIBRISSE_REPORT_VIEW_H
#define VIBRISSE_REPORT_VIEW_H

#include "report.h"
#include "sheet.h"

struct report_view {
    struct sheet *sheet;
    const struct report *report;
    const char *at;   /* before each member's name: "", "members.3." */
    struct page page; /* as of when the report is */
};

/* Opens the sheet of a page of the report, from which `root` leads to the root. Links into the site are absolute, where the
 * site's address is known; elsewhere there are none, since the folder works without the site. */
void report_view_open(struct report_view *view, const struct page *page, struct buffer *out,
                      const char *root);

/* Values of messages: <data value="19800" data-of="sum.down_each_s">5 h 30 min</data>. What is -1, or not finite, was not
 * measured, and says so. `of` is a member below view->at. */
struct word_value report_seconds(const struct report_view *view, const char *name, const char *of,
                                 int64_t seconds);
/* An upper bound, which is rounded up where it is told in minutes; all else is cut. */
struct word_value report_seconds_most(const struct report_view *view, const char *name,
                                      const char *of, int64_t seconds);
/* As they are told: «5 h 30 min», from a minute on without seconds. */
const char *report_duration_text(const struct report_view *view, int64_t seconds);
struct word_value report_count(const struct report_view *view, const char *name, const char *of,
                               size_t count);
struct word_value report_share(const struct report_view *view, const char *name, const char *of,
                               int64_t e5);
struct word_value report_ms(const struct report_view *view, const char *name, const char *of,
                            double ms);
/* The number with a whole phrase as its text. */
struct word_value report_phrase(const struct report_view *view, const char *of, size_t count,
                                const char *text);
/* "months.3.sum": names of members put together, in the arena. */
const char *report_of_row(const struct report_view *view, const char *list, size_t row,
                          const char *member);
const char *report_of_member(const struct report_view *view, const char *object,
                             const char *member);

/* One figure in large type with its sentence; to stand in <ul class="figs">. */
void report_figure(const struct report_view *view, struct word_value figure, const char *sentence,
                   const struct word_value *values);
/* The same; where it rests on few cases, it says so. */
void report_figure_few(const struct report_view *view, bool few, struct word_value figure,
                       const char *sentence, const struct word_value *values);
/* That as a paragraph. */
void report_say_few(const struct report_view *view, bool few);
void report_figures_open(const struct report_view *view);
void report_figures_close(const struct report_view *view);

/* A section of a heading and words at the left, and what shows them at the right. Between the two: report_split_turn(). */
void report_split_open(const struct report_view *view, const char *id, const char *title);
void report_split_turn(const struct report_view *view);
void report_split_close(const struct report_view *view);

void report_say(const struct report_view *view, const char *message,
                const struct word_value *values);
void report_say_soft(const struct report_view *view, const char *message,
                     const struct word_value *values);

/* What a drawing shows, unfolded on request. */
void report_open_details(const struct report_view *view);
void report_close_details(const struct report_view *view);

/* Tables: `labels` are messages, ended by NULL. The first cell of a row is its heading. */
void report_table_open(const struct report_view *view, const char *caption,
                       const char *const *labels);
void report_table_row(const struct report_view *view, const char *heading,
                      const struct word_value *cells, size_t count);
void report_table_close(const struct report_view *view);

/* A bar against the longest of all, with its number. */
void report_bars_open(const struct report_view *view);
void report_bar(const struct report_view *view, const char *label, struct word_value number,
                size_t count, size_t most);
void report_bars_close(const struct report_view *view);

/* «32 h»: what is less than two days and no whole days is told in hours. */
const char *report_bound(const struct report_view *view, int64_t seconds);
/* «1 h to 2 h», of the class between these bounds. */
const char *report_range(const struct report_view *view, const int64_t *bounds, size_t bound_count,
                         size_t row);

#endif

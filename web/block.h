/* Blocks that several pages share: the strip with its words, its legend and axis, interruptions, days in a table. */
#ifndef VIBRISSE_BLOCK_H
#define VIBRISSE_BLOCK_H

#include "output.h"
#include "past.h"
#include "sheet.h"
#include "strip.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BLOCK_YEAR_S = 365 * 86400 };

void block_legend(struct sheet *sheet);
void block_axis(struct sheet *sheet, const struct strip_range *range);

/* The strip of days, see past_days(); its label says what it shows. */
void block_strip(struct sheet *sheet, const enum strip_day days[STRIP_DAYS],
                 const struct strip_range *range);
/* How long and how often, beside a strip: per service, when there are several. */
void block_words(struct sheet *sheet, const struct past *pasts, size_t count,
                 const struct strip_range *range);

/* The days of the range on which something happened, as a table that unfolds; `shown` is their strip. */
void block_days(struct sheet *sheet, const struct past *pasts, size_t count,
                const struct strip_range *range, const enum strip_day shown[STRIP_DAYS]);

/* Twelve months in figures, or as much of them as there is; of `several` services as averages. Nothing when nothing was
 * measured. Their pasts reach so far back. */
void block_year(struct sheet *sheet, const struct past *pasts, size_t count, bool several);
/* What bounds the figures since `from`, and what else is to be said of them: a list that unfolds. */
void block_account(struct sheet *sheet, const struct past *pasts, size_t count, int64_t from);

/* Whom a title names besides what happened. */
enum block_naming { BLOCK_OF_SERVICE, BLOCK_OF_HOSTER, BLOCK_OF_ALL };

/* What happened to the services of one hoster: interruptions, those that began together as one, and maintenance that is
 * over; the newest `most` of all. */
void block_diary(struct sheet *sheet, const struct past *pasts, size_t count, size_t most);

/* The failures of its checks since `from` that were not confirmed; nothing where there were none. */
void block_blips(struct sheet *sheet, const struct service *service, int64_t from);

/* One interruption with all that is told of it; an incident is a link to its page. */
void block_outage(struct sheet *sheet, const struct service *service, const struct outage *outage,
                  enum block_naming naming);

/* When it was and how long; how it began and ended, and what is said of it: nothing that depends on the time of now. */
void block_outage_length(struct sheet *sheet, const struct outage *outage);
void block_outage_steps(struct sheet *sheet, const struct service *service,
                        const struct outage *outage);

/* What somebody says of it, as an item of a list, at its time: with its day when that is not the day of `day`, with the
 * service `of` which it is said unless NULL. */
void block_outage_note(struct sheet *sheet, const struct annotation *note, int64_t day,
                       const char *of);

/* Announced maintenance of the services, under way or within the next thirty days. Nothing when there is none. */
void block_maintenance(struct sheet *sheet, const struct past *pasts, size_t count,
                       enum block_naming naming);
/* The same of occurrences at any time, in the order given. */
void block_occurrences(struct sheet *sheet, const struct occurrence *occurrences, size_t count,
                       enum block_naming naming);
void block_occurrence(struct sheet *sheet, const struct occurrence *occurrence,
                      enum block_naming naming);
/* Of what: a service, a hoster, or everything (""). */
const char *block_subject(struct sheet *sheet, const char *subject);
/* What somebody says, in quotation marks, and who does: apart from what we found. */
void block_quote(struct sheet *sheet, const struct statement *said);

/* The same of words that nobody is named for. */
void block_voice(struct sheet *sheet, const struct wording_text *text);

/* What its hoster's file says of a service, in a word; NULL = nothing. */
const char *block_declared(struct sheet *sheet, const struct service *service);
/* Where a service stands: a word of hosting_words, told. */
const char *block_hosting(struct sheet *sheet, const char *word);
/* Beside what is found, and what the hoster says of itself: lines of a definition list, nothing where nothing is declared. */
void block_declared_service(struct sheet *sheet, const struct service *service, enum look look);
void block_declared_hoster(struct sheet *sheet, const struct hoster *hoster);
/* What comes of it for us. */
void block_declared_meaning(struct sheet *sheet, const struct service *service);
/* What the hoster's files tell of and nobody looks at, and why. */
void block_unmeasured(struct sheet *sheet, const struct hoster *hoster);

/* Where each fact comes from, with its date, and how it is corrected; `begin` of the record, 0 = none yet. */
void block_source_service(struct sheet *sheet, const struct service *service, int64_t begin);
void block_source_hoster(struct sheet *sheet, const struct hoster *hoster, int64_t begin);

/* How much it is used, as its software says; nothing where it does not. */
void block_usage(struct sheet *sheet, const struct service *service);

/* How to follow a hoster or a service elsewhere: its feed, its badges and how to embed them. */
void block_follow(struct sheet *sheet, struct output_subject subject);

/* «99.97 % of the time measured», or why there is no percentage. */
const char *block_availability(struct sheet *sheet, const struct tally *tally);

const char *block_service_name(struct sheet *sheet, const struct service *service);
const char *block_hoster_name(struct sheet *sheet, const struct hoster *hoster);
/* Why, as an English reason's sentence in the page's language. */
const char *block_reason(struct sheet *sheet, enum reason reason);

/* Host and port of an address for people, without scheme, path and query; in the arena. */
const char *block_host(struct sheet *sheet, const char *url);

/* That a list of so many is no ranking. Nothing where there is nothing to rank. */
void block_order(struct sheet *sheet, size_t count);
/* That a list goes on elsewhere: a link. */
void block_more(struct sheet *sheet, const char *address, size_t more);

/* One line of a definition list. */
void block_fact(struct sheet *sheet, const char *label, const char *text);
void block_fact_link(struct sheet *sheet, const char *label, const char *url);

/* In large type a no-break space would push the words out of a narrow column: without them, in the arena. */
const char *block_breakable(struct sheet *sheet, const char *text);
/* One big figure with its sentence in small. */
void block_figure(struct sheet *sheet, const char *figure, const char *sentence);
/* How much of the time was measured: it stands beside every availability. */
void block_figure_coverage(struct sheet *sheet, const struct tally *tally);

#endif

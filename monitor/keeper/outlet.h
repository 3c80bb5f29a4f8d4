/* The files of the site besides its pages (see output.h), all those about one subject together: what changed is written,
 * what left is removed. The recorder's thread. */
#ifndef VIBRISSE_OUTLET_H
#define VIBRISSE_OUTLET_H

#include "config.h"
#include "fault.h"
#include "output.h"

#include <stdbool.h>
#include <stddef.h>

struct outlet {
    enum output_scope scope;
    struct output_subject subject;
};

/* `index` of the hoster or service within the collective. */
struct outlet outlet_of(const struct collective *collective, enum output_scope scope, size_t index);

/* Whether its files tell of the service. */
bool outlet_shows(const struct outlet *outlet, const struct service *service);

/* Writes those whose bytes changed, up to the first that cannot be; `*written` grows by what it cost the disk. The page
 * tells of what and when; its language is not looked at. `with_days`: those that follow from days that are past, too. */
int outlet_write(const struct outlet *outlet, int folder, const struct page *page, bool with_days,
                 double *written, struct fault *fault);
/* Removes those of somebody whom the new configuration does not know, or in a language that it does not ask for. */
void outlet_remove(const struct outlet *outlet, int folder, const struct collective *before,
                   const struct config *config);

/* The languages that the collective asks for, or all we speak; never none. */
const char *const *outlet_languages(const struct collective *collective);
bool outlet_speaks(const struct collective *collective, const char *language);

/* What a file really costs: whole blocks, and what the file system writes for its name and its inode. */
double outlet_on_disk(size_t length);

#endif

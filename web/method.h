/* The rules by which is measured and counted, as people read them: numbered for ever, with a version. A rule that changes a
 * figure makes a new version; one that is only told better does not. Pure. */
#ifndef VIBRISSE_METHOD_H
#define VIBRISSE_METHOD_H

#include "sheet.h"

enum { METHOD_VERSION = 1 };

/* The numbers of rules that other pages refer to: method/#r5. The first seven are the counting rules of model/line.h and
 * model/verdict.h. */
enum method_rule {
    METHOD_CONFIRMED = 2,
    METHOD_AVAILABILITY = 18,
    METHOD_COVERAGE = 19,
    METHOD_BOUNDS = 20,
    METHOD_REPORT = 26 /* the first of those of the yearly report */
};

/* The address of one, from this page. In the arena. */
const char *method_address(struct sheet *sheet, enum method_rule rule);

/* All of them in their chapters, each with its number as an anchor. */
void method_rules(struct sheet *sheet);
/* What the configuration in force sets. */
void method_settings(struct sheet *sheet);
/* What no figure says; `more`: a message for one entry more, or NULL. */
void method_limits(struct sheet *sheet, const char *more);
void method_versions(struct sheet *sheet);

#endif

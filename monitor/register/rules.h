/* What no entry tells by itself: the class of a file, what is missing, and what does not go together. Pure. */
#ifndef VIBRISSE_RULES_H
#define VIBRISSE_RULES_H

#include "clock.h"
#include "inspection.h"

/* Whether a file of the class may stand where the other one is expected: an organization lists its own metrics beside its
 * services. */
bool rules_belongs(enum file_class class, enum file_class expected);
/* The class that the file says it is of, or that its keys show; CLASS_UNKNOWN when it is no file of ChatonsInfos. */
enum file_class rules_class(const struct inspection *inspection, enum file_class expected,
                            struct remarks *remarks);

void rules_judge(const struct inspection *inspection, enum file_class class, struct wall now,
                 struct remarks *remarks);

#endif

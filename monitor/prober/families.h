/* What the name servers' answers mean for the lines of a check, one line for each family. A family that is not published
 * has no line; one that no longer is gets a last word, so that its line ends; and where a name has no address at all,
 * the lines that there are say so. Pure. */
#ifndef VIBRISSE_FAMILIES_H
#define VIBRISSE_FAMILIES_H

#include "family.h"
#include "reason.h"

#include <stdbool.h>

enum families_step {
    FAMILIES_NOTHING, /* no such line */
    FAMILIES_PROBE,   /* there is an address */
    FAMILIES_TELL,    /* the reason is the line's result */
    FAMILIES_END      /* not_published: the line's last result */
};

/* `asked` and `acting` are bits 1 << FAMILY_*: those that the resolver was asked for, and of these the ones that are on
 * now. `reasons` are the resolver's; `lines` are the lines that there have been since the process began, brought up to
 * date. */
void families_decide(unsigned asked, unsigned acting, const enum reason reasons[FAMILY_COUNT],
                     bool lines[FAMILY_COUNT], enum families_step ret_steps[FAMILY_COUNT]);

#endif

/* A file of either format, looked through: what it declares and what is wrong with it. Pure; time is passed in. */
#ifndef VIBRISSE_LINT_H
#define VIBRISSE_LINT_H

#include "clock.h"
#include "declaration.h"
#include "remark.h"
#include "ontology.h"

#include <stddef.h>

/* What begins with { is read as librehost.json, all else as ChatonsInfos. `ret` is written over; free it with
 * declaration_fini(); its class is CLASS_UNKNOWN when the file is neither. */
void lint_read(const char *bytes, size_t length, const struct ontology *ontology,
               enum file_class expected, struct wall now, struct declaration *ret,
               struct remarks *remarks);

#endif

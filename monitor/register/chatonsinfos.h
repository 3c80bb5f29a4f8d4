/* ChatonsInfos: what a file of properties declares, and every rule of the format that it keeps or breaks. What is wrong in
 * one place leaves that place empty and takes nothing else away. Pure; time is passed in. */
#ifndef VIBRISSE_CHATONSINFOS_H
#define VIBRISSE_CHATONSINFOS_H

#include "clock.h"
#include "declaration.h"
#include "remark.h"
#include "ontology.h"
#include "properties.h"

/* `expected` is the class that belongs where the file was found, or CLASS_UNKNOWN. `ret` is written over; free it with
 * declaration_fini(). It needs neither the properties nor the ontology any longer. */
void chatonsinfos_read(const struct properties *properties, const struct ontology *ontology,
                       enum file_class expected, struct wall now, struct declaration *ret,
                       struct remarks *remarks);

#endif

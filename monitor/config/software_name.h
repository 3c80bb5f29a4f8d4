/* How software is called: by people, in many spellings. Pure. */
#ifndef VIBRISSE_SOFTWARE_NAME_H
#define VIBRISSE_SOFTWARE_NAME_H

#include "software.h"

/* The key of the name without the version that stands behind it ("Nextcloud 28.0.1"); false when there is none. */
bool software_name_cut(const char *name, char key[SOFTWARE_KEY_SIZE]);

#endif

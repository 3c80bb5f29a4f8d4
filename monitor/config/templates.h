/* An operator's own words for alerts: the files of a folder. */
#ifndef VIBRISSE_CONFIG_TEMPLATES_H
#define VIBRISSE_CONFIG_TEMPLATES_H

#include "config.h"
#include "reader.h"

enum { TEMPLATES_FILES = 64, TEMPLATES_FILE_BYTES = 4 * 1024 };

/* Its *.txt, each of them looked at; a folder that is not given is none. `node` is what names it, for faults. */
void templates_read_folder(const struct reader *reader, const struct node *node,
                           struct config_alerts *alerts);

#endif

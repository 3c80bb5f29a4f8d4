/* The actions of `vibrisse register`, one file each. */
#ifndef VIBRISSE_REGISTER_H
#define VIBRISSE_REGISTER_H

#include "command.h"
#include "crawl.h"
#include "ontology.h"
#include "settings.h"

#include <stdbool.h>

enum { REGISTER_ALLOW_MAX = 64, REGISTER_RESOLVERS_MAX = 16 };

struct register_wishes {
    bool json;
    struct settings settings; /* file and data folder of a monitor */
    const char *ca_file;
    const char *allow[REGISTER_ALLOW_MAX + 1];
    const char *resolvers[REGISTER_RESOLVERS_MAX + 1];
    size_t allow_count, resolver_count;
    enum file_class expected; /* CLASS_UNKNOWN: any */
    const char *folder;       /* where files are written */
    char **arguments;         /* after the action, ended by NULL */
    const struct ontology *ontology;
};

/* Exit status, as of a command. */
int register_lint(const struct register_wishes *wishes);
int register_init(const struct register_wishes *wishes);
int register_fetch(const struct register_wishes *wishes);
int register_list(const struct register_wishes *wishes);
int register_accept(const struct register_wishes *wishes);

/* Crawls what was begun, with progress on a terminal. Exit status, after what is wrong was said. */
int register_crawl(const struct register_wishes *wishes, struct crawl *crawl);

#endif

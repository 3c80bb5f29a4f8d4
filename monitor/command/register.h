/* The actions of `vibrisse register`, one file each. */
#ifndef VIBRISSE_REGISTER_H
#define VIBRISSE_REGISTER_H

#include "command.h"
#include "crawl.h"
#include "ontology.h"
#include "remark.h"
#include "settings.h"
#include "words.h"

#include <stdbool.h>

enum { REGISTER_ALLOW_MAX = 64, REGISTER_RESOLVERS_MAX = 16 };

struct register_wishes {
    bool json;
    bool brief;               /* of what is declared only the class, of findings the first ones */
    struct settings settings; /* file and data folder of a monitor */
    struct words words;
    struct remark_tongue tongue;         /* by these words */
    const struct remark_tongue *told_in; /* NULL = English */
    const char *ca_file;
    const char *robot_url; /* page about our robot; NULL = none tells of it */
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

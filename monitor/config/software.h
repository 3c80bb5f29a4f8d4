/* The catalogue of software: which checks show that a service made with a program works, where only its address is known.
 *
 * etc/software.yaml is compiled into the binary: it is the same for an installed monitor and for one in a clone, and is
 * never missing. Files that the main file names below `software` have the same form and come before it: an entry hides
 * every earlier one that is known by one of its names. Whoever wants a program in the catalogue adds it there, without
 * touching C. */
#ifndef VIBRISSE_SOFTWARE_H
#define VIBRISSE_SOFTWARE_H

#include "sections.h"

enum { SOFTWARE_KEY_SIZE = 128, SOFTWARE_CHECKS = 16 };

/* How much a good answer proves: that the process answers, that parts behind it do, that its database does. */
enum software_strength { SOFTWARE_WEAK, SOFTWARE_MEDIUM, SOFTWARE_STRONG };

struct software_check {
    const char
        *path;    /* from the service's url as a folder; "/x" from its host; "" = the url itself */
    int strength; /* enum software_strength */
    bool web;     /* the check's url serves for a service that is given by a page, too */
    struct check
        check; /* url: of the service with the same scheme, else this with its {host}. A service that is no
                           page gets such checks when one of them has its scheme. */
};

struct software {
    const char *name, *users, *note; /* users: where its figures are, as path; both may be NULL */
    const char *const *aliases;      /* ended by NULL */
    const char *const *keys;         /* of all names, see software_key(); ended by NULL */
    const struct software_check *checks;
    size_t check_count; /* 0 = nothing of it can be measured but the page, see note */
};

struct software_list {
    const struct software **entries; /* as read; a later one hides an earlier one */
    size_t count, capacity;
};

extern const char software_builtin[]; /* etc/software.yaml */

/* Adds the entries of a file; they live in the reader's arena. */
void software_read(struct software_list *list, const struct reader *reader,
                   const struct node *root);
void software_fini(struct software_list *list); /* the list alone */

/* What two spellings of a name have in common: letters and digits without case and accents. */
char *software_key(const char *name, char key[SOFTWARE_KEY_SIZE]);
/* By any of its names, with a version behind it or not. NULL when it is not known. */
const struct software *software_find(const struct software_list *list, const char *name);
/* The name of the entry that was probably meant, or NULL. */
const char *software_nearest(const struct software_list *list, const char *name);

/* Fills checks and check_count of a service that has a url; false when there is nothing to fill in. `url` is its node. */
bool software_checks(const struct reader *reader, const struct software *software,
                     const struct check *defaults, const struct node *url, struct service *service);

/* Rows of its sections, see sections.h. */
enum { SOFTWARE_FILE_ROWS = 1, SOFTWARE_ROWS = 5, SOFTWARE_CHECK_ROWS = 8 };
extern const struct schema_row software_file_rows[SOFTWARE_FILE_ROWS], software_rows[SOFTWARE_ROWS],
    software_check_rows[SOFTWARE_CHECK_ROWS];

#endif

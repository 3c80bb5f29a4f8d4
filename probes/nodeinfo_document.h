/* The two documents of NodeInfo (https://nodeinfo.diaspora.software): one says where the other is, the other says which
 * software runs and how many people use it. Both come from a stranger. Pure. */
#ifndef VIBRISSE_NODEINFO_DOCUMENT_H
#define VIBRISSE_NODEINFO_DOCUMENT_H

#include "result.h"

#include <stdbool.h>
#include <stddef.h>

enum { NODEINFO_URL_SIZE = 600, NODEINFO_NAME_SIZE = 60 };

/* Where the document of the newest schema is that we know, on one of the `hosts` (lower case, ended by NULL). False and
 * the evidence when there is none. */
bool nodeinfo_document_find(const char *json, size_t length, const char *const *hosts,
                            char ret_url[NODEINFO_URL_SIZE], char detail[RESULT_DETAIL_SIZE]);

struct nodeinfo {
    char software[NODEINFO_NAME_SIZE], version[NODEINFO_NAME_SIZE]; /* of the software; may be "" */
    struct users users;
};

/* False and the evidence when the document lacks what every one has. */
bool nodeinfo_document_read(const char *json, size_t length, struct nodeinfo *ret,
                            char detail[RESULT_DETAIL_SIZE]);

/* "Mastodon 4.2.1, 1200 users, 300 active in the month": what is known of it. */
void nodeinfo_document_tell(const struct nodeinfo *nodeinfo, char *to, size_t size);

#endif

/* Files of the site besides its pages, for programs and for other people's pages: one table of them. Their bytes follow
 * from states, outages and days alone, not from each measurement nor from when they are made, so that they are seldom
 * written. Pure, as pages are. */
#ifndef VIBRISSE_OUTPUT_H
#define VIBRISSE_OUTPUT_H

#include "page.h"

#include <stdbool.h>
#include <stddef.h>

enum output_scope { OUTPUT_COLLECTIVE, OUTPUT_HOSTER, OUTPUT_SERVICE };

/* Where the page of open data tells of it. */
enum output_group {
    OUTPUT_TABLES,
    OUTPUT_OWN_API,
    OUTPUT_STATUS_API,
    OUTPUT_FEEDS,
    OUTPUT_BADGES,
    OUTPUT_INFOS,
    OUTPUT_GROUPS
};

/* What a file is about: a service, a hoster (no service), or the collective (neither). */
struct output_subject {
    const struct hoster *hoster;
    const struct service *service;
};

struct output {
    enum output_scope scope;
    /* Below the site's root. {key} is the id of the hoster or the key of the service. With {language} there is one for
     * each language of the collective, otherwise one in its first. */
    const char *path;
    /* Writes nothing where there is no such file. */
    void (*write)(const struct page *page, struct output_subject subject, struct buffer *out);
    enum output_group group;
    const char *about; /* N_(): what is in it, for people */
    /* It follows from whole days that are past, and so changes with the day: between, it is made again seldom, for what
     * was not settled yet. */
    bool by_day;
};

const struct output *outputs(size_t *ret_count);

bool output_is_by_language(const struct output *output);
enum output_scope output_scope_of(struct output_subject subject);
/* The id or the key; "" for the collective. */
const char *output_key(struct output_subject subject);
/* In the arena. */
const char *output_path(const struct output *output, const char *key, const char *language,
                        struct arena *arena);

/* From a file that lies at `path` to the site's root: the site's own address where it is known, "../../" otherwise. */
const char *output_root(const struct page *page, const char *path, struct arena *arena);

#endif

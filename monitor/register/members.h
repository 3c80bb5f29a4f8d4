/* From files that were read, each at its level, to the members of a federation and their services: who is there, what is
 * measured, what is shown. Membership and declared states as the format means them; what is declared decides whether we look,
 * never what we find. Pure; time is passed in.
 *
 * Ids come from the names in the subs lines, so that they outlive new names and new addresses of files, unless the address
 * had another one before; where two are the same, the one that had it before keeps it, else the one whose address comes
 * first in the alphabet has it, and the other one a few letters made of its address. */
#ifndef VIBRISSE_MEMBERS_H
#define VIBRISSE_MEMBERS_H

#include "arena.h"
#include "buffer.h"
#include "clock.h"
#include "declaration.h"
#include "declared.h"
#include "usage.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    MEMBERS_NO_PARENT = -1,
    MEMBERS_NAME_MAX = 200,
    MEMBERS_CONTACT_MAX = 254,
    MEMBERS_SERVICES_MAX = DECLARATION_SUBS_MAX
};

/* A file and who lists it; a file listed by two stands here twice. */
struct members_file {
    const char *url;
    const char *name; /* of the subs line; NULL for the first one */
    int parent;       /* index of the file that lists it, always a smaller one */
    const struct declaration *declaration; /* NULL = it could not be read */
    const char *id;                        /* that it had before; NULL = none */
    const struct usage_said
        *use; /* what it tells of the use of the service that lists it; NULL = nothing */
};

struct member_service {
    const char *id, *name, *url, *software; /* url and software may be NULL */
    enum fate fate;
    bool listed_elsewhere;
    bool remembered;    /* the id is that of before */
    const char *source; /* address of its file */
    const struct declaration *declaration;
    const struct usage_said *use; /* the newest that its files of metrics tell; NULL = nothing */
};

struct member {
    const char *id, *name, *website; /* website may be NULL */
    enum fate fate;                  /* FATE_MEASURED or FATE_OVER */
    bool remembered;                 /* the id is that of before */
    const char *source;
    const struct declaration *declaration;
    struct member_service *services; /* by id */
    size_t service_count;
};

struct members {
    struct arena arena;
    struct member *list; /* by id */
    size_t count;
};

/* The files and their declarations outlive the members. Free with members_fini(). */
void members_build(struct members *members, const struct members_file *files, size_t count,
                   struct wall now);
void members_fini(struct members *members);

/* What it says of its being there: of the collective, else at all. */
enum presence members_presence(const struct member *member);

/* What the configuration reads as the file of a hoster (JSON, which is YAML), in a line: its measured services, perhaps
 * none, and those that are shown without being measured. */
void members_write(const struct member *member, struct buffer *out);

#endif

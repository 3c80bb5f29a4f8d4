/* What somebody says of themselves: a federation, an organization, a service, or figures of one. The same struct whatever
 * the format that it was read from (chatonsinfos.h, librehost.h). Texts are clean, of one line, and NULL where nothing was
 * said; addresses are http or https and may be followed and shown; dates are 2020-07-06. Pure; not thread-safe. */
#ifndef VIBRISSE_DECLARATION_H
#define VIBRISSE_DECLARATION_H

#include "arena.h"
#include "buffer.h"
#include "declared.h"
#include "ontology.h"

#include <stddef.h>
#include <stdint.h>

enum { DECLARATION_SUBS_MAX = 200 };

struct declaration_sub {
    const char *name; /* "nuage" of subs.nuage; may be anything clean */
    const char *url;
    size_t line;
};

struct declaration_figures {
    const char *path;   /* "http.visits.humans" */
    const char *period; /* "months", "weeks", "days" */
    int year;
    const double *values; /* NAN = not known; may be fewer than the period has */
    size_t count;
};

struct declaration {
    struct arena arena;
    enum file_class class;
    const char *protocol, *generator, *datetime; /* datetime: 2020-07-06T14:23:20, no zone */

    const char *id; /* made of the name, see form_id() */
    const char *name, *description, *website, *logo;
    const char *contact_url, *contact_email, *legal_url, *guide_user, *guide_technical;
    const char *start, *end;
    const char *status_description;

    /* of organizations */
    enum presence status, membership;
    const char *type, *owner, *country, *country_code;
    const char *member_since, *member_until;
    double latitude, longitude; /* degrees; NAN = not said */

    /* of services */
    enum declared_state state;
    const char *registration; /* "Free;Member" */
    const char *registration_load, *install_type;
    const char *software, *software_website, *software_version, *software_license;
    const char *host, *host_kind, *host_place, *host_system, *host_country_code;

    const struct declaration_sub *subs;
    size_t sub_count;
    const struct declaration_figures *figures;
    size_t figures_count;
};

void declaration_fini(struct declaration *declaration);

/* All that is known, as a JSON object; for tests and for programs. */
void declaration_json(const struct declaration *declaration, struct buffer *out);

#endif

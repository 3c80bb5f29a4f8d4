/* What hosters say of themselves and of their services in the file of a register, and what comes of it for us: their words
 * beside what is measured, never in place of it. */
#ifndef VIBRISSE_DECLARED_H
#define VIBRISSE_DECLARED_H

/* Whether an organization is there, or still a member. */
enum presence { PRESENCE_UNKNOWN, PRESENCE_ACTIVE, PRESENCE_IDLE, PRESENCE_AWAY };
extern const char *const presence_words[]; /* "unknown", "active", …; ended by NULL */

/* The hoster's own word on a service. Two vocabularies in one. */
enum declared_state {
    DECLARED_UNKNOWN, /* nothing, or a word that is not known: as nominal */
    DECLARED_NOMINAL,
    DECLARED_MAINTENANCE,
    DECLARED_ALERT, /* malfunction, or about to close */
    DECLARED_DOWN,
    DECLARED_OVER,  /* no longer measured; its history stays */
    DECLARED_DRAFT, /* neither measured nor published */
};
extern const char *const declared_words[]; /* "unknown", "nominal", …; ended by NULL */

/* In whose hands the machine is. */
enum hosting {
    HOSTING_UNKNOWN,
    HOSTING_HOME,       /* the hoster's own, at home */
    HOSTING_BAY,        /* its own, in the bay of a provider */
    HOSTING_SERVER,     /* a provider's server, which the hoster runs */
    HOSTING_OUTSOURCED, /* a provider runs it */
};
extern const char *const hosting_words[]; /* "unknown", "home", …; ended by NULL */

enum fate {
    FATE_MEASURED,
    FATE_UNMEASURED, /* shown, with nothing to look at */
    FATE_OVER,       /* ended, or its member has left: no longer measured; history stays */
    FATE_DRAFT,      /* not open yet: neither measured nor shown */
};
extern const char *const fate_words[]; /* ended by NULL */

#endif

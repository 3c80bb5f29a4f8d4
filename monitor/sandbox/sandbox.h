/* What each process of ours gives up once it knows its work: files that are none of its (Landlock) and system calls that it
 * never makes (seccomp). For good, and its children inherit it. To be called before the first thread. */
#ifndef VIBRISSE_SANDBOX_H
#define VIBRISSE_SANDBOX_H

#include "fault.h"

enum sandbox_role {
    SANDBOX_KEEPER,  /* writes its folders, starts us again as another; reads what its user may */
    SANDBOX_NETWORK, /* prober, courier: writes nothing, runs what it is told; reads as the keeper */
    SANDBOX_CRAWLER, /* the same, but runs nothing */
    SANDBOX_SERVER, /* reads its folder; writes, runs nothing; no way out by TCP (from Linux 6.7 on) */
};

/* How much is left to programs that are not ours; the later, the more is given up. */
enum sandbox_kind {
    SANDBOX_NONE,     /* no sandbox: they can gain rights of their own, as sendmail does */
    SANDBOX_PROGRAMS, /* they can be run, and write temporary files */
    SANDBOX_STRICT,   /* there are none */
};

/* What a process that started us has declared; SANDBOX_STRICT when nobody has. */
enum sandbox_kind sandbox_kind(void);
/* How it is declared, to this process and its children to come: the environment's SANDBOX_VARIABLE=word. */
#define SANDBOX_VARIABLE "VIBRISSE_SANDBOX"
const char *sandbox_word(enum sandbox_kind kind);

/* `folders` are the role's own, ended by NULL. -1 and a sentence when this machine lacks a part of it; what it has is
 * in force all the same. */
int sandbox_enter(enum sandbox_role role, const char *const *folders, struct fault *fault);
void sandbox_tell(const struct fault *fault); /* in the log: what is missing */
/* Both: for those who go on without. */
void sandbox_enter_as_child(enum sandbox_role role, const char *const *folders);

#endif

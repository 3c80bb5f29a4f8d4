/* Alerts that the tests of this layer share. */
#ifndef VIBRISSE_SAMPLE_H
#define VIBRISSE_SAMPLE_H

#include "alert.h"

#include <stddef.h>

/* An outage of the pads of Le Chat Perché since 2026-01-02 03:04 UTC, seen from paris. The caller frees. */
struct alert *sample_down(const char *language);
struct alert *sample_recovery(const char *language); /* its end, 12 minutes later */
struct alert *sample_group(size_t count);            /* in English: services in one network */
struct alert *sample_test(void);

/* What a stranger put into a name and into what was found: mentions, markup, a link. */
#define SAMPLE_HOSTILE "@everyone @room <!channel> <@U1> *b* [a](https://x.example) `c` a_b"
struct alert *sample_hostile(void);

#endif

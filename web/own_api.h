/* Our own figures as JSON, version 1 (assets/openapi.json tells what is in it): the collective, its hosters, their
 * services with state, since when, figures, interruptions, and failures that were not confirmed. Figures are those of the
 * ninety whole days before today, and equal `vibrisse availability --json` for them. */
#ifndef VIBRISSE_OWN_API_H
#define VIBRISSE_OWN_API_H

#include "output.h"

enum { OWN_API_DAYS = 90 };
#define OWN_API_SERVICES "api/v1/services/"

void own_api_collective(const struct page *page, struct output_subject subject, struct buffer *out);
void own_api_hoster(const struct page *page, struct output_subject subject, struct buffer *out);
void own_api_service(const struct page *page, struct output_subject subject, struct buffer *out);

#endif

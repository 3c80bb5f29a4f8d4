/* Why a service is in its state, in a sentence: the reason, and when only one family fails, which one. */
#ifndef VIBRISSE_WHY_H
#define VIBRISSE_WHY_H

#include "belief.h"
#include "sheet.h"

/* «it refuses the connection», «by IPv6 it refuses the connection, by IPv4 it answers». Lives in the sheet's arena. */
const char *why_text(struct sheet *sheet, const char *service_key,
                     const struct service_belief *belief);

#endif

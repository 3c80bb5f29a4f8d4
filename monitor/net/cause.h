/* What an errno of a connection says of the service, and what it says only of us. Pure. */
#ifndef VIBRISSE_CAUSE_H
#define VIBRISSE_CAUSE_H

#include "reason.h"

/* `error` is a positive errno. What is not known to be the other side's doing is REASON_self. */
enum reason
cause_of_connect(int error); /* of socket(2), connect(2) or SO_ERROR before the connection stands */
enum reason cause_of_transfer(int error); /* of reading or writing afterwards */

#endif

/* What the end of an HTTP exchange says of the service: a reason and its evidence. Pure. */
#ifndef VIBRISSE_ENDING_H
#define VIBRISSE_ENDING_H

#include "exchange.h"
#include "reason.h"
#include "result.h"

/* `limit_ms` is what the whole fetch was given. `detail` is cleaned; "" when ok. An exchange that is not over is judged as
 * one whose time is. */
enum reason ending_judge(const struct exchange *exchange, int64_t limit_ms,
                         char detail[RESULT_DETAIL_SIZE]);

#endif

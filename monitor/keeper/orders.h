/* The configuration as orders for the prober. */
#ifndef VIBRISSE_ORDERS_H
#define VIBRISSE_ORDERS_H

#include "buffer.h"
#include "config.h"

#include <stdbool.h>

void orders_write(const struct config *config, bool at_once, struct buffer *out);

#endif

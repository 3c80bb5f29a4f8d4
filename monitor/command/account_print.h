/* An account as JSON, in the shape that programs are promised by `availability --json`, and as a row for people. */
#ifndef VIBRISSE_ACCOUNT_PRINT_H
#define VIBRISSE_ACCOUNT_PRINT_H

#include "account.h"
#include "buffer.h"

#include <stdio.h>

/* `kind` is "service" or "hoster". */
void account_print_json(const char *kind, const char *name, const struct account *account,
                        struct buffer *out);

void account_print_head(int width, FILE *out);
void account_print_row(int width, const char *name, const struct account *account, FILE *out);

#endif

/* All probe types there are. */
#ifndef VIBRISSE_REGISTRY_H
#define VIBRISSE_REGISTRY_H

#include "probe.h"

extern const struct probe_type *const registry[]; /* ended by NULL */

const struct probe_type *registry_find(const char *scheme); /* NULL = no such probe */
const struct schema *registry_options(const char *scheme);  /* its option rows, or NULL */
const char *const *registry_schemes(void);                  /* all names, ended by NULL */

/* Reads a check's options into a fresh struct of type->options_size bytes in the arena. */
struct probe_option;
int registry_read_options(const struct probe_type *type, const struct probe_option *options,
                          size_t count, struct arena *arena, const void **ret, struct fault *fault);

#endif

/* What went wrong, in one sentence for a person. Used at start, on reload and in tools only. */
#ifndef VIBRISSE_FAULT_H
#define VIBRISSE_FAULT_H

#include <stdarg.h>
#include <stddef.h>

struct fault {
    char text[512];
};

/* Returns -1, so that a function can end in `return fault_set(...)`. */
__attribute__((format(printf, 2, 3))) int fault_set(struct fault *fault, const char *format, ...);

/* Every fault of a file, not just the first: "file:line:column: message", in the order found. */
struct fault_list {
    char **texts;
    size_t count, capacity;
};

__attribute__((format(printf, 5, 6))) void fault_list_add(struct fault_list *list, const char *file,
                                                          size_t line, size_t column,
                                                          const char *format, ...);
void fault_list_free(struct fault_list *list);

#endif

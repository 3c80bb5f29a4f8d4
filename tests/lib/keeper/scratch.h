/* A folder of the test's own, and what is done with files in it. */
#ifndef VIBRISSE_SCRATCH_H
#define VIBRISSE_SCRATCH_H

#include <stddef.h>

enum { SCRATCH_SIZE = 64 };

void scratch_make(char path[SCRATCH_SIZE]); /* below /tmp */
void scratch_make_in(const char *above,
                     char path[SCRATCH_SIZE]); /* where that is possible, else below /tmp */
void scratch_remove(const char *path);         /* with all that is in it */

/* Both fail the test when they cannot. The caller frees. */
char *scratch_read(const char *folder, const char *name, size_t *ret_length);
void scratch_write(const char *folder, const char *name, const void *bytes, size_t length);

/* Runs a shell command and returns what it printed; the caller frees. Fails the test when it fails. */
__attribute__((format(printf, 1, 2))) char *scratch_run(const char *command, ...);

#endif

/* The SQLite file below the ledger: opened safely, brought to the current schema, its errors put in words.
 * Internal to ledger*.c, where alone sqlite3.h is known. */
#ifndef VIBRISSE_LEDGER_FILE_H
#define VIBRISSE_LEDGER_FILE_H

#include "fault.h"

#include <sqlite3.h>
#include <stdbool.h>

/* Writing makes the file where it is missing and migrates an older schema, of which a copy is left beside it
 * (PATH.schema-N); reading does neither. Refuses the file of another program, and a schema of a newer vibrisse. The
 * caller closes *ret with sqlite3_close(). */
int ledger_file_open(const char *path, bool writing, sqlite3 **ret, struct fault *fault);

/* Writes a consistent copy to `path`, also while another process records. The copy is durable when it is there. */
int ledger_file_copy(sqlite3 *db, const char *path, struct fault *fault);

/* How much of the file is kept in memory, in KiB. What is too much is given back at once. */
enum {
    LEDGER_FILE_CACHE_WRITER = 500,
    LEDGER_FILE_CACHE_READER = 2000,
    LEDGER_FILE_CACHE_ALL = 64 * 1024
};
void ledger_file_cache(sqlite3 *db, int kib);

/* -1, and a sentence about the connection's last error that says what to do. */
int ledger_file_fault(sqlite3 *db, const char *path, struct fault *fault);

#endif

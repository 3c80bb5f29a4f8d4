/* One line per event on standard error: level, message, key=value. Safe from any thread. Values from strangers
 * are quoted and made printable here, so a caller can pass them as they are. */
#ifndef VIBRISSE_LOG_H
#define VIBRISSE_LOG_H

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

void log_set_level(enum log_level level); /* default: info */
void log_set_name(const char *name); /* the process, printed in each line; the pointer is kept */

/* `message` is a sentence of ours; then pairs of key and value (both const char *), ended by NULL:
 *     log_event(LOG_LEVEL_WARNING, "prober ended", "status", status, NULL); */
__attribute__((sentinel)) void log_event(enum log_level level, const char *message, ...);

#endif

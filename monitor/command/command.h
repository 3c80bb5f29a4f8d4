/* One file per subcommand, all of them rows of one table in main.c. Data goes to standard output, messages to standard
 * error. Exit status: 0 success, 1 the thing asked about is bad, 2 usage; others where the command says so. */
#ifndef VIBRISSE_COMMAND_H
#define VIBRISSE_COMMAND_H

#include "config.h"

#include <getopt.h>
#include <stdbool.h>

enum { EXIT_BAD = 1, EXIT_USAGE = 2 };

struct command {
    const char *name;
    const char *summary;  /* one line for `vibrisse --help` */
    const char *synopsis; /* "run -c FILE [--once]" */
    const char *help;     /* the options, a line each, and what else a newcomer needs */
    int (*run)(int argc, char **argv); /* argv[0] is the command's name */
    bool internal;                     /* not listed in --help */
};

extern const struct command command_run, command_check_config, command_probe, command_status,
    command_render, command_serve, command_prober, command_availability, command_replay,
    command_verify, command_backup, command_restore, command_maintenance, command_incident,
    command_alert, command_courier, command_register, command_crawler, command_report,
    command_doctor;

/* getopt_long() for a command: answers --help itself (prints and exits 0), and says what is wrong with an option before
 * it exits 2. `shorts` as for getopt, without the leading colon. */
int command_option(const struct command *command, int argc, char **argv, const char *shorts,
                   const struct option *longs);
/* "vibrisse COMMAND: sentence" and "Try 'vibrisse COMMAND --help'." Returns EXIT_USAGE. */
__attribute__((format(printf, 2, 3))) int command_usage(const struct command *command,
                                                        const char *format, ...);

/* What a command does by the word after its name: `run` gets what act of it was given. A table of them ends with a row
 * without name. */
struct command_action {
    const char *name;
    int (*run)(void *owner, const struct config *config);
};

/* Runs the action that `word` names, or says which there are. */
int command_act(const struct command *command, const struct command_action *actions,
                const char *word, void *owner, const struct config *config);

/* What the configuration has to know of the probes. */
struct config_probes command_probes(void);

/* Loads the configuration or prints every fault and returns NULL. `data` as of config_load(). */
struct config *command_config(const char *file, const char *data);

#endif

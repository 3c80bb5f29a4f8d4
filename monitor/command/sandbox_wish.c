#include "sandbox_wish.h"

#include "folder.h"
#include "log.h"
#include "sandbox.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- what a configuration needs ---- */

static bool has_option(const struct config_target *target, const char *name)
{
    for (size_t i = 0; i < target->option_count; i++)
        if (strcmp(target->options[i].name, name) == 0)
            return true;
    return false;
}

/* A local mail server's program puts mail into a folder that only it may write. */
static bool mails_by_program(const struct config_target *target)
{
    return strcmp(target->channel, "mail") == 0 && !has_option(target, "server");
}

static bool hands_mail_over(const struct config_alerts *alerts)
{
    for (size_t i = 0; i < alerts->target_count; i++)
        if (mails_by_program(alerts->targets[i]))
            return true;
    return false;
}

static bool alerts_by_command(const struct config_alerts *alerts)
{
    for (size_t i = 0; i < alerts->target_count; i++)
        if (strcmp(alerts->targets[i]->channel, "command") == 0)
            return true;
    return false;
}

static enum sandbox_kind wanted(const struct config *config)
{
    if (config->sandbox == CONFIG_SANDBOX_OFF || hands_mail_over(&config->alerts))
        return SANDBOX_NONE;
    return alerts_by_command(&config->alerts) ||
                   collective_checks_by(&config->collective, "command")
               ? SANDBOX_PROGRAMS
               : SANDBOX_STRICT;
}

int sandbox_wish_allows(const struct config *config, struct fault *fault)
{
    if (wanted(config) >= sandbox_kind())
        return 0;
    return fault_set(
        fault,
        "%s: it runs programs (checks or alerts by command, mail without a server) or wants no "
        "sandbox, and this process gave up its right to do so when it started: restart the monitor",
        config->file);
}

/* ---- entering ---- */

/* They are granted as they are now, so they have to be there. */
static int make_folders(const char *const *folders, struct fault *fault)
{
    for (; *folders; folders++) {
        int folder = folder_open(*folders, fault);
        if (folder < 0)
            return -1;
        close(folder);
    }
    return 0;
}

static int go_without(const struct config *config, struct fault *fault)
{
    if (config->sandbox == CONFIG_SANDBOX_REQUIRED)
        return fault_set(fault,
                         "%s: `sandbox: required` cannot be had with mail by a local program: name "
                         "a `server` for it",
                         config->file);
    log_event(config->sandbox == CONFIG_SANDBOX_OFF ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
              "this monitor has no sandbox", "why",
              config->sandbox == CONFIG_SANDBOX_OFF
                  ? "sandbox: off"
                  : "mail goes by a local program; name a `server` for it",
              NULL);
    return 0;
}

int sandbox_wish_enter(const struct config *config, struct fault *fault)
{
    const char *const folders[] = {config->data, config->site, NULL};
    enum sandbox_kind kind = wanted(config);
    setenv(SANDBOX_VARIABLE, sandbox_word(kind), 1);
    if (kind == SANDBOX_NONE)
        return go_without(config, fault);
    if (make_folders(folders, fault))
        return -1;
    if (sandbox_enter(SANDBOX_KEEPER, folders, fault) == 0)
        return 0;
    if (config->sandbox == CONFIG_SANDBOX_REQUIRED)
        return -1;
    sandbox_tell(fault);
    return 0;
}

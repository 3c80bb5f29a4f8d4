#include "sweep.h"

#include "folder.h"
#include "incident.h"
#include "kind.h"
#include "macros.h"
#include "text.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Names of files begin with an id, names of folders are one. */
typedef void name_fn(int folder, const struct collective *collective, const char *path,
                     const char *name);

/* Calls `each` with every name in the folder `path` of the site. */
static void each_name(int folder, const struct collective *collective, const char *path,
                      name_fn *each)
{
    int here = openat(folder, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *names = here < 0 ? NULL : fdopendir(here);
    if (!names) {
        if (here >= 0)
            close(here);
        return;
    }
    for (struct dirent *entry; (entry = readdir(names));)
        each(folder, collective, path, entry->d_name);
    closedir(names);
}

static void remove_file(int folder, const char *path, const char *name)
{
    char file[PATH_MAX];
    if (text_format(file, sizeof file, "%s/%s", path, name))
        folder_remove(folder, file);
}

/* What lies in a folder of a hoster or a service. */
static void remove_files(int folder, const char *path)
{
    static const char *const names[] = {
        "index.html",         "incidents.atom",         "api/v2/summary.json",
        "api/v2/status.json", "api/v2/components.json", "api/v2/incidents.json"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        remove_file(folder, path, names[i]);
}

/* `path` is LANGUAGE/h/HOSTER or h/HOSTER. */
static void sweep_service(int folder, const struct collective *collective, const char *path,
                          const char *name)
{
    char key[2 * PATH_MAX], page[PATH_MAX];
    if (!text_is_id(name))
        return;
    const char *hoster = path;
    for (const char *c = path; *c; c++)
        if (*c == '/')
            hoster = c + 1;
    text_format(key, sizeof key, "%s/%s", hoster, name);
    if (!collective_service(collective, key) && text_format(page, sizeof page, "%s/%s", path, name))
        remove_files(folder, page);
}

/* `path` is LANGUAGE/h or h. */
static void sweep_hoster(int folder, const struct collective *collective, const char *path,
                         const char *name)
{
    char inside[PATH_MAX];
    if (!text_is_id(name) || !text_format(inside, sizeof inside, "%s/%s", path, name))
        return;
    each_name(folder, collective, inside, sweep_service);
    if (!collective_hoster(collective, name))
        remove_files(folder, inside);
}

static bool is_known(const struct collective *collective, const char *hoster, const char *id)
{
    char key[2 * PATH_MAX];
    if (!hoster)
        return collective_hoster(collective, id);
    text_format(key, sizeof key, "%s/%s", hoster, id);
    return collective_service(collective, key);
}

/* ID.fr.svg, ID-90d.fr.svg, ID.json: of nobody who is known. `hoster` NULL: of hosters, otherwise of its services. */
static bool is_stray(const struct collective *collective, const char *hoster, const char *name)
{
    static const char days[] = "-90d";
    char id[NAME_MAX + 1];
    size_t length = strcspn(name, ".");
    text_format(id, sizeof id, "%.*s", (int)length, name);
    if (!name[length] || !text_is_id(id) || is_known(collective, hoster, id))
        return false;
    if (text_ends(id, days))
        id[length - strlen(days)] = '\0';
    return !is_known(collective, hoster, id);
}

static void sweep_service_file(int folder, const struct collective *collective, const char *path,
                               const char *name)
{
    if (is_stray(collective, strrchr(path, '/') + 1, name))
        remove_file(folder, path, name);
}

/* Of badges or figures: that of a hoster, or the folder of those of its services. */
static void sweep_file(int folder, const struct collective *collective, const char *path,
                       const char *name)
{
    char inside[PATH_MAX];
    if (is_stray(collective, NULL, name))
        remove_file(folder, path, name);
    if (text_is_id(name) && text_format(inside, sizeof inside, "%s/%s", path, name))
        each_name(folder, collective, inside, sweep_service_file);
}

/* Tables lie beside files that are about all. */
static void sweep_table(int folder, const struct collective *collective, const char *path,
                        const char *name)
{
    if (text_ends(name, ".csv"))
        sweep_file(folder, collective, path, name);
}

/* `path` is LANGUAGE/kind. */
static void sweep_kind(int folder, const struct collective *collective, const char *path,
                       const char *name)
{
    char inside[PATH_MAX];
    if (text_is_id(name) && !kind_is(collective, name) &&
        text_format(inside, sizeof inside, "%s/%s", path, name))
        remove_file(folder, inside, "index.html");
}

/* ---- files for others ---- */

/* `path` is data/chatonsinfos/HOSTER. */
static void sweep_infos_service(int folder, const struct collective *collective, const char *path,
                                const char *name)
{
    char inside[PATH_MAX];
    if (!text_is_id(name) || is_known(collective, strrchr(path, '/') + 1, name) ||
        !text_format(inside, sizeof inside, "%s/%s", path, name))
        return;
    remove_file(folder, inside, "service.properties");
    remove_file(folder, inside, "metrics.properties");
}

static void sweep_infos(int folder, const struct collective *collective, const char *path,
                        const char *name)
{
    char inside[PATH_MAX];
    if (is_stray(collective, NULL, name))
        remove_file(folder, path, name);
    if (!text_is_id(name) || !text_format(inside, sizeof inside, "%s/%s", path, name))
        return;
    each_name(folder, collective, inside, sweep_infos_service);
    if (!collective_hoster(collective, name))
        remove_file(folder, inside, "metrics.properties");
}

/* ---- incidents ---- */

static void sweep_incident(int folder, const struct collective *collective, const char *path,
                           const char *name)
{
    char inside[PATH_MAX];
    (void)collective;
    if (incident_is_stamp(name) && text_format(inside, sizeof inside, "%s/%s", path, name))
        remove_file(folder, inside, "index.html");
}

/* `path` is LANGUAGE/incidents/HOSTER. */
static void sweep_incident_service(int folder, const struct collective *collective,
                                   const char *path, const char *name)
{
    char inside[PATH_MAX];
    if (text_is_id(name) && !is_known(collective, strrchr(path, '/') + 1, name) &&
        text_format(inside, sizeof inside, "%s/%s", path, name))
        each_name(folder, collective, inside, sweep_incident);
}

static void sweep_incident_hoster(int folder, const struct collective *collective, const char *path,
                                  const char *name)
{
    char inside[PATH_MAX];
    if (text_is_id(name) && text_format(inside, sizeof inside, "%s/%s", path, name))
        each_name(folder, collective, inside, sweep_incident_service);
}

void sweep_incidents(int folder, const struct collective *collective, const char *language)
{
    char path[64];
    if (text_format(path, sizeof path, "%s/incidents", language))
        each_name(folder, collective, path, sweep_incident_hoster);
}

/* The second and further pages of a month have a number for a name. */
static void sweep_month_part(int folder, const struct collective *collective, const char *path,
                             const char *name)
{
    char inside[PATH_MAX];
    (void)collective;
    if (name[strspn(name, "0123456789")] == '\0' &&
        text_format(inside, sizeof inside, "%s/%s", path, name))
        remove_file(folder, inside, "index.html");
}

static void sweep_month(int folder, const struct collective *collective, const char *path,
                        const char *name)
{
    char inside[PATH_MAX];
    if (name[strspn(name, "0123456789-")] != '\0' ||
        !text_format(inside, sizeof inside, "%s/%s", path, name))
        return;
    each_name(folder, collective, inside, sweep_month_part);
    remove_file(folder, inside, "index.html");
}

void sweep_journal(int folder, const char *language)
{
    const struct collective nobody = {.name = ""};
    char path[64];
    if (!text_format(path, sizeof path, "%s/incidents", language))
        return;
    each_name(folder, &nobody, path, sweep_month);
    remove_file(folder, path, "index.html");
}

void sweep_site(int folder, const struct collective *collective, const char *const *languages)
{
    char path[64];
    for (size_t i = 0; languages[i]; i++) {
        if (text_format(path, sizeof path, "%s/h", languages[i]))
            each_name(folder, collective, path, sweep_hoster);
        if (text_format(path, sizeof path, "%s/kind", languages[i]))
            each_name(folder, collective, path, sweep_kind);
        sweep_incidents(folder, collective, languages[i]);
    }
    each_name(folder, collective, "h", sweep_hoster);
    each_name(folder, collective, "badge", sweep_file);
    each_name(folder, collective, "api/v1/hosters", sweep_file);
    each_name(folder, collective, "api/v1/services", sweep_file);
    each_name(folder, collective, "data", sweep_table);
    each_name(folder, collective, "data/monthly", sweep_table);
    each_name(folder, collective, "data/yearly", sweep_table);
    each_name(folder, collective, "data/usage", sweep_table);
    each_name(folder, collective, "data/chatonsinfos", sweep_infos);
}

#include "sweep.h"

#include "folder.h"
#include "macros.h"
#include "text.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

typedef void name_fn(int folder, const struct collective *collective, const char *path,
                     const char *name);

/* Calls `each` with every id that is a name in the folder `path` of the site. */
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
        if (text_is_id(entry->d_name))
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
    static const char *const names[] = {"index.html", "incidents.atom"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        remove_file(folder, path, names[i]);
}

/* `path` is LANGUAGE/h/HOSTER or h/HOSTER. */
static void sweep_service(int folder, const struct collective *collective, const char *path,
                          const char *name)
{
    char key[2 * PATH_MAX], page[PATH_MAX];
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
    if (!text_format(inside, sizeof inside, "%s/%s", path, name))
        return;
    each_name(folder, collective, inside, sweep_service);
    if (!collective_hoster(collective, name))
        remove_files(folder, inside);
}

void sweep_site(int folder, const struct collective *collective, const char *const *languages)
{
    char path[64];
    for (size_t i = 0; languages[i]; i++)
        if (text_format(path, sizeof path, "%s/h", languages[i]))
            each_name(folder, collective, path, sweep_hoster);
    each_name(folder, collective, "h", sweep_hoster);
}
